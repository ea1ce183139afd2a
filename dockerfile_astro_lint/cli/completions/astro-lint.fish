# Completion of astro-lint for fish: astro-lint completion fish | source
function __astro_lint_first
    test (count (commandline -opc)) -eq 1
end
function __astro_lint_in
    set -l before (commandline -opc)
    set -l command check
    if set -q before[2]; and contains -- $before[2] catalog check completion config explain inventory rules
        set command $before[2]
    end
    test $command = $argv[1]
end
function __astro_lint_rules
    printf '%s\t%s\n' \
        AST0 'Reading' \
        AST1 'Tag' \
        AST2 'Image and registry' \
        AST3 'Lifecycle' \
        AST4 'Python code for the image\'s Python' \
        AST5 'requirements.txt, packages.txt, build context' \
        AST6 'What the Dockerfile does on top' \
        AST7 'Astro CLI v2 project' \
        AST001 'BuildKit refuses the file' \
        AST002 'the final base image is not known before the build' \
        AST003 'an ignore comment that takes nothing back, or names no rule' \
        AST004 'a directive that stands too low to be one' \
        AST101 'a tag that fits neither grammar of Astro Runtime' \
        AST102 'the segments of the tag are in the wrong order' \
        AST103 'a tag that floats, in production' \
        AST104 'no tag, or `latest`, which Astronomer does not publish' \
        AST105 'a `-slim` tag on Airflow 3, where all images are slim' \
        AST106 '`3.Y.Z`, which is no Airflow 3 version of Astro Runtime' \
        AST107 'a Python that this Runtime does not come with' \
        AST108 '`-ubi9` on a Runtime that has none' \
        AST109 '`-slim` on a Runtime before 11' \
        AST110 'a build that the catalog does not know' \
        AST111 'a pre-release image, in production' \
        AST112 'a tag that the registry does not have' \
        AST113 '`-ubi9` while it was experimental' \
        AST201 'an Airflow 3 image from the registry of Airflow 2' \
        AST202 'an Airflow 2 image from the repository of Airflow 3' \
        AST203 'an Astronomer Certified image, which no deploy takes' \
        AST204 'a repository that Astronomer does not have' \
        AST205 'the last stage is no Astro image, though an earlier one is' \
        AST206 'stages of one image on different Runtime versions' \
        AST208 'a digest alone, which does not tell the version' \
        AST209 'an Astro stage that nothing uses' \
        AST301 'the series is no longer maintained' \
        AST302 'the series\' maintenance ends soon' \
        AST303 'a build that Astronomer has withdrawn' \
        AST304 'a newer build of the series is known' \
        AST305 'a platform that Astro Runtime is not built for' \
        AST401 '`imp` is imported, which the image\'s Python no longer has' \
        AST402 'a module is imported that left Python\'s standard library' \
        AST403 'the image\'s Python has no `imp`, and there is no Python code here to check' \
        AST404 '`airflow.sdk` is imported on an Airflow 2 image' \
        AST501 'a provider is imported that nothing installs' \
        AST502 'Airflow itself is in requirements.txt' \
        AST503 'a requirement that is only there after the copy' \
        AST504 'packages.txt or requirements.txt is not in the build context' \
        AST505 'a package of Debian in packages.txt of a -ubi9 image' \
        AST506 'a file of credentials goes into the image with the project' \
        AST507 '.dockerignore keeps the project\'s Python files out of the image' \
        AST601 'a step that the image has already done by itself' \
        AST602 'a `-base` image that the project is not copied into' \
        AST603 'the image ends as root' \
        AST604 'the user `airflow`, which Astro images do not have' \
        AST605 'a CMD or ENTRYPOINT, though Astro starts each component itself' \
        AST606 'apt or dpkg on an image that has neither' \
        AST607 'a system package is installed as the user `astro`' \
        AST608 'another Airflow is installed over the image\'s' \
        AST609 'a variable that Airflow does not read, for want of an underscore' \
        AST610 'a secret is written into the image' \
        AST611 'PYENV without the frontend that knows it' \
        AST612 'a PYENV that cannot work' \
        AST613 'the frontend of PYENV on an image that installs by itself' \
        AST614 'an instruction that nothing knows' \
        AST615 'spaces around the equals sign, which becomes part of the value' \
        AST616 'an option that Airflow 3 removed or moved' \
        AST617 'a file of credentials is copied into the image' \
        AST618 'the image ends in another folder than Airflow\'s home' \
        AST619 'a path that exists on ARM64 only' \
        AST620 'the home of another Airflow image' \
        AST701 'a manifest that names both a runtime and a Dockerfile' \
        AST702 'a manifest\'s runtime that is no exact build' \
        AST703 'the image has another Airflow than the manifest pins' \
        AST704 'a manifest whose dependencies do not pin Airflow' \
        dockerfile-syntax 'AST001' \
        unresolved-base-image 'AST002' \
        unused-ignore 'AST003' \
        ignored-directive 'AST004' \
        malformed-tag 'AST101' \
        segment-order 'AST102' \
        floating-tag 'AST103' \
        latest-tag 'AST104' \
        slim-on-airflow-3 'AST105' \
        dotted-airflow-3-version 'AST106' \
        unavailable-python 'AST107' \
        unavailable-ubi9 'AST108' \
        unavailable-slim 'AST109' \
        unknown-build 'AST110' \
        prerelease-image 'AST111' \
        unpublished-tag 'AST112' \
        experimental-ubi9 'AST113' \
        wrong-registry-airflow-3 'AST201' \
        wrong-registry-airflow-2 'AST202' \
        astronomer-certified-image 'AST203' \
        misspelt-repository 'AST204' \
        final-stage-not-astro 'AST205' \
        mixed-runtime-versions 'AST206' \
        digest-without-tag 'AST208' \
        unused-astro-stage 'AST209' \
        end-of-maintenance 'AST301' \
        end-of-maintenance-soon 'AST302' \
        yanked-build 'AST303' \
        outdated-build 'AST304' \
        unavailable-platform 'AST305' \
        imp-removed 'AST401' \
        removed-stdlib-module 'AST402' \
        imp-unchecked 'AST403' \
        airflow-3-import 'AST404' \
        provider-not-installed 'AST501' \
        airflow-in-requirements 'AST502' \
        requirement-before-copy 'AST503' \
        missing-onbuild-file 'AST504' \
        debian-package-on-ubi9 'AST505' \
        secret-in-context 'AST506' \
        ignored-project-folder 'AST507' \
        repeated-onbuild-step 'AST601' \
        base-image-without-project 'AST602' \
        final-user-root 'AST603' \
        unknown-airflow-user 'AST604' \
        overridden-entrypoint 'AST605' \
        apt-on-ubi9 'AST606' \
        system-install-without-root 'AST607' \
        reinstalled-airflow 'AST608' \
        misspelt-airflow-variable 'AST609' \
        secret-in-image 'AST610' \
        pyenv-without-frontend 'AST611' \
        malformed-pyenv 'AST612' \
        pyenv-installs-twice 'AST613' \
        unknown-instruction 'AST614' \
        spaced-env-assignment 'AST615' \
        option-gone-in-airflow-3 'AST616' \
        copied-credentials 'AST617' \
        workdir-not-airflow-home 'AST618' \
        architecture-in-path 'AST619' \
        airflow-home-path 'AST620' \
        runtime-and-dockerfile 'AST701' \
        inexact-manifest-runtime 'AST702' \
        manifest-airflow-mismatch 'AST703' \
        manifest-airflow-unpinned 'AST704'
end
function __astro_lint_value
    commandline -ct | string replace -r -- '^--[a-z-]+=' ''
end
function __astro_lint_list
    set -l before (__astro_lint_value | string match -r -- '^.*,')
    for rule in (__astro_lint_rules)
        echo -- "$before$rule"
    end
end
function __astro_lint_severity
    set -l rule (__astro_lint_value | string match -r -- '^[^=]+=')
    if set -q rule[1]
        for severity in error warning info off
            echo $rule$severity
        end
    else
        __astro_lint_rules | string replace -- \t =\t
    end
end
complete -c astro-lint -f
complete -c astro-lint -n __astro_lint_first -a catalog -d 'What is known of Astro Runtime, and from where.'
complete -c astro-lint -n __astro_lint_first -a check -d 'Check the Dockerfiles of Astro projects: Apache Airflow on Astronomer\'s Astro Runtime images.'
complete -c astro-lint -n __astro_lint_first -a completion -d 'Print a script that completes the command line of astro-lint.'
complete -c astro-lint -n __astro_lint_first -a config -d 'What holds for a path, and from where.'
complete -c astro-lint -n __astro_lint_first -a explain -d 'A rule\'s manual page.'
complete -c astro-lint -n __astro_lint_first -a inventory -d 'Every Astro project below a path: its Runtime, Airflow, Python, and how long that is maintained.'
complete -c astro-lint -n __astro_lint_first -a rules -d 'All rules.'
complete -c astro-lint -n '__astro_lint_in catalog' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in catalog' -a 'show update path'
complete -c astro-lint -n '__astro_lint_in catalog' -F
complete -c astro-lint -n '__astro_lint_in catalog' -l today -x -d 'show: the day to judge by, such as 2026-09-25'
complete -c astro-lint -n '__astro_lint_in catalog' -l catalog -r -F -d 'show: another catalog, in the shape of the live feed'
complete -c astro-lint -n '__astro_lint_in catalog' -l isolated -d 'show: the catalog that astro-lint carries'
complete -c astro-lint -n '__astro_lint_in check' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in check' -F
complete -c astro-lint -n '__astro_lint_in check' -l select -x -a '(__astro_lint_list)' -d 'only these rules: codes, prefixes, names'
complete -c astro-lint -n '__astro_lint_in check' -l ignore -x -a '(__astro_lint_list)' -d 'not these rules'
complete -c astro-lint -n '__astro_lint_in check' -l extend-select -x -a '(__astro_lint_list)' -d 'these rules too'
complete -c astro-lint -n '__astro_lint_in check' -l severity -x -a '(__astro_lint_severity)' -d 'error, warning, info or off for a rule'
complete -c astro-lint -n '__astro_lint_in check' -l environment -x -a 'production development' -d 'what the image is for (default: production); in development floating tags and pre-releases are fine'
complete -c astro-lint -n '__astro_lint_in check' -l fail-on -x -a 'error warning info never' -d 'the least severity that makes the exit 1 (default: warning)'
complete -c astro-lint -n '__astro_lint_in check' -l fail-on-lifecycle -d 'the ends of maintenance (AST301, AST302) count too'
complete -c astro-lint -n '__astro_lint_in check' -l fix -d 'write the safe fixes into the files'
complete -c astro-lint -n '__astro_lint_in check' -l unsafe-fixes -d '--fix, with the fixes too that change what is deployed'
complete -c astro-lint -n '__astro_lint_in check' -l diff -d 'print the fixes as a patch instead, and exit 1 if there is one'
complete -c astro-lint -n '__astro_lint_in check' -l format -r -F -a 'text concise json github sarif gitlab junit rdjson markdown' -d 'text, concise, json, github, sarif, gitlab, junit, rdjson, markdown; may repeat'
complete -c astro-lint -n '__astro_lint_in check' -l build-arg -x -d 'as in docker build'
complete -c astro-lint -n '__astro_lint_in check' -l target -x -d 'as in docker build'
complete -c astro-lint -n '__astro_lint_in check' -l as-if -x -d 'judge the project as though its final image were this one; with --diff, print the patch that moves it'
complete -c astro-lint -n '__astro_lint_in check' -l no-project -d 'only the Dockerfile, not the project that goes into its image'
complete -c astro-lint -n '__astro_lint_in check' -l stdin-filename -r -F -d 'what - is called, and where its project is'
complete -c astro-lint -n '__astro_lint_in check' -l exclude -r -F -d 'not these files and folders, when searching'
complete -c astro-lint -n '__astro_lint_in check' -l no-gitignore -d 'search what .gitignore names, too'
complete -c astro-lint -n '__astro_lint_in check' -l baseline -r -F -d 'report only what is new since this baseline'
complete -c astro-lint -n '__astro_lint_in check' -l write-baseline -r -F -d 'write what is found now as a baseline'
complete -c astro-lint -n '__astro_lint_in check' -l add-ignores -x -d 'write an ignore comment above every finding that is there now'
complete -c astro-lint -n '__astro_lint_in check' -l no-ignores -d 'report what ignore comments take back'
complete -c astro-lint -n '__astro_lint_in check' -l online -d 'ask the registries whether the tags exist (AST112)'
complete -c astro-lint -n '__astro_lint_in check' -l today -x -d 'the day to judge by, such as 2026-09-25'
complete -c astro-lint -n '__astro_lint_in check' -l catalog -r -F -d 'another catalog, in the shape of the live feed'
complete -c astro-lint -n '__astro_lint_in check' -l config -r -F -d 'this configuration file and no other'
complete -c astro-lint -n '__astro_lint_in check' -l isolated -d 'no configuration file and no cached catalog'
complete -c astro-lint -n '__astro_lint_in check' -l color -x -a 'auto always never' -d 'also NO_COLOR, FORCE_COLOR'
complete -c astro-lint -n '__astro_lint_in check' -l statistics -d 'count the findings of each rule'
complete -c astro-lint -n '__astro_lint_in check' -s q -l quiet -d 'only the findings'
complete -c astro-lint -n '__astro_lint_in check' -s v -l verbose -d 'say what is looked into'
complete -c astro-lint -n '__astro_lint_in check' -l version -d 'the version, and the catalog\'s date'
complete -c astro-lint -n '__astro_lint_in completion' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in completion' -a 'bash zsh fish'
complete -c astro-lint -n '__astro_lint_in config' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in config' -F
complete -c astro-lint -n '__astro_lint_in config' -l schema -d 'print the JSON schema of the configuration'
complete -c astro-lint -n '__astro_lint_in explain' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in explain' -a '(__astro_lint_rules)'
complete -c astro-lint -n '__astro_lint_in inventory' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in inventory' -F
complete -c astro-lint -n '__astro_lint_in inventory' -l format -r -F -a 'text json csv markdown html' -d 'text, json, csv, markdown, html; may repeat'
complete -c astro-lint -n '__astro_lint_in inventory' -l fail-within -x -d 'exit 1 when a build is yanked, or a project\'s maintenance has ended or ends within so many days'
complete -c astro-lint -n '__astro_lint_in inventory' -l environment -x -a 'production development' -d 'what the image is for (default: production); in development floating tags and pre-releases are fine'
complete -c astro-lint -n '__astro_lint_in inventory' -l build-arg -x -d 'as in docker build'
complete -c astro-lint -n '__astro_lint_in inventory' -l target -x -d 'as in docker build'
complete -c astro-lint -n '__astro_lint_in inventory' -l exclude -r -F -d 'not these files and folders, when searching'
complete -c astro-lint -n '__astro_lint_in inventory' -l no-gitignore -d 'search what .gitignore names, too'
complete -c astro-lint -n '__astro_lint_in inventory' -l today -x -d 'the day to judge by, such as 2026-09-25'
complete -c astro-lint -n '__astro_lint_in inventory' -l catalog -r -F -d 'another catalog, in the shape of the live feed'
complete -c astro-lint -n '__astro_lint_in inventory' -l config -r -F -d 'this configuration file and no other'
complete -c astro-lint -n '__astro_lint_in inventory' -l isolated -d 'no configuration file and no cached catalog'
complete -c astro-lint -n '__astro_lint_in inventory' -l color -x -a 'auto always never' -d 'also NO_COLOR, FORCE_COLOR'
complete -c astro-lint -n '__astro_lint_in inventory' -s q -l quiet -d 'only the inventory'
complete -c astro-lint -n '__astro_lint_in rules' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in rules' -l format -x -a 'text json markdown' -d 'what the list is for'
