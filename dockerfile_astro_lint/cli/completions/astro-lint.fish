# Completion of astro-lint for fish: astro-lint completion fish | source
function __astro_lint_first
    test (count (commandline -opc)) -eq 1
end
function __astro_lint_in
    set -l before (commandline -opc)
    set -l command check
    if set -q before[2]; and contains -- $before[2] catalog check completion config explain help inventory rules server upgrade version
        set command $before[2]
    end
    test $command = $argv[1]
end
function __astro_lint_rules
    printf '%s\t%s\n' \
        AST0 'Reading the Dockerfile' \
        AST1 'Image tag' \
        AST2 'Image and registry' \
        AST3 'Lifecycle' \
        AST4 'Python files' \
        AST5 'Requirements, system packages, build context' \
        AST6 'Instructions of the Dockerfile' \
        AST7 'Manifest of Astro CLI v2' \
        AST8 'Policy of an organization' \
        AST001 'Docker cannot build the Dockerfile' \
        AST002 'the final base image depends on a build argument' \
        AST003 'an ignore comment suppresses nothing, or names no rule' \
        AST004 'a parser directive below the top of the file is only a comment' \
        AST005 'an instruction becomes part of the one above' \
        AST101 'the tag is not a valid Astro Runtime tag' \
        AST102 'the tag\'s segments are out of order or repeated' \
        AST103 'a floating tag in production' \
        AST104 'no tag or `latest`, which Astro Runtime does not publish' \
        AST105 '`-slim` on Airflow 3, where all images are slim' \
        AST106 '`3.Y.Z` is not an Airflow 3 tag' \
        AST107 'a Python variant that this Runtime does not have' \
        AST108 '`-ubi9` on a Runtime without UBI 9 images' \
        AST109 '`-slim` on a Runtime without slim images' \
        AST110 'a build that is not in the catalog' \
        AST111 'a pre-release image in production' \
        AST112 'a tag that the registry does not have' \
        AST113 'an experimental `-ubi9` image' \
        AST201 'an Airflow 3 image from an Airflow 2 repository' \
        AST202 'an Airflow 2 image from the Airflow 3 repository' \
        AST203 'an Astronomer Certified image, which Astro refuses to deploy' \
        AST204 'a repository that does not exist at Astronomer' \
        AST205 'the final stage is not built on an Astro image, though an earlier one is' \
        AST206 'stages of one image use different Runtime versions' \
        AST208 'a digest without a tag hides the Runtime version' \
        AST209 'an unused Astro stage' \
        AST210 'an Astro project that is not built on an Astro image' \
        AST301 'the Runtime series has reached end of maintenance' \
        AST302 'the Runtime series reaches end of maintenance soon' \
        AST303 'a yanked build' \
        AST304 'a newer build of the series is known' \
        AST305 'a platform that Astro Runtime has no image for' \
        AST306 'the image is built for ARM64, but Astro runs AMD64 images' \
        AST401 '`imp` is imported, which the image\'s Python does not have' \
        AST402 'a module is imported that was removed from Python\'s standard library' \
        AST403 'the image\'s Python has no `imp`, and no Python files are here to check' \
        AST404 'an import of `airflow.sdk` that the image\'s Airflow does not have yet' \
        AST405 'an import that the image\'s Airflow 3 no longer has' \
        AST406 'an argument that Airflow 3 refuses' \
        AST407 'a plugin with views that need the FAB provider' \
        AST408 'a name that was removed from a module of Python\'s standard library' \
        AST409 'an import that the installed release of a provider no longer has' \
        AST501 'a provider is imported that is not installed' \
        AST502 'Airflow itself is in requirements.txt' \
        AST503 'a requirement that is only copied later' \
        AST504 '`packages.txt` or `requirements.txt` is not in the build context' \
        AST505 'a Debian package in packages.txt of a `-ubi9` image' \
        AST506 'a credentials file is copied into the image with the project' \
        AST507 '.dockerignore excludes the project\'s Python files from the image' \
        AST508 'a password or token in requirements.txt or packages.txt' \
        AST509 'a requirement that the image\'s Airflow or Python cannot have' \
        AST510 'two requirements that no version satisfies' \
        AST511 'constraints of another Airflow or Python than the image\'s' \
        AST512 'a system package that the image\'s Debian release does not have' \
        AST601 'a step that the base image already runs by itself' \
        AST602 'a `-base` image that the project is not copied into' \
        AST603 'the image runs as root' \
        AST604 'a user that Astro images do not have, such as `airflow`' \
        AST605 'a `CMD` or `ENTRYPOINT`, though Astro sets each component\'s command' \
        AST606 '`apt` or `dpkg` on an image that has neither' \
        AST607 'system packages are installed or changed as the user `astro`' \
        AST608 'another Airflow is installed over the image\'s' \
        AST609 'a variable that Airflow does not read because of its underscores' \
        AST610 'a secret is written into the image' \
        AST611 'PYENV without the frontend that supports it' \
        AST612 'a PYENV that cannot work' \
        AST613 'the frontend of PYENV on an image that installs the project itself' \
        AST614 'an unknown instruction' \
        AST615 'spaces around the equals sign, which becomes part of the value' \
        AST616 'an option that Airflow 3 removed or moved' \
        AST617 'a credentials file is copied into the image' \
        AST618 'the image\'s working directory is not Airflow\'s home' \
        AST619 'a path that only exists on ARM64' \
        AST620 'the home of the `apache/airflow` image is used' \
        AST621 'a file to copy is not in the build context' \
        AST622 'a command that needs root is run as the user `astro`' \
        AST623 'a pip setting that comes after the base image has installed the requirements' \
        AST624 'a folder of packages that the image\'s Python does not read' \
        AST625 'a command of `airflow` that Airflow 3 no longer has' \
        AST626 'configuration of Airflow that the Deployment sets on Astro' \
        AST627 'an environment that no PYENV makes, or one with the image\'s own Python' \
        AST628 'a virtual environment is used at a place where it is not made' \
        AST629 'an executor that the image\'s Airflow cannot load' \
        AST630 'a local Postgres that the image\'s Airflow does not support' \
        AST631 'a variable that Astro sets itself' \
        AST632 'a database is prepared in the image, where nothing uses it' \
        AST701 'the manifest sets both `runtime` and `dockerfile`' \
        AST702 'the manifest\'s `runtime` is not an exact build' \
        AST703 'the image has another Airflow than the manifest pins' \
        AST704 'the manifest\'s dependencies do not pin Airflow' \
        AST801 'an image from a registry that the policy does not allow' \
        AST802 'a Runtime below the minimum of the policy' \
        AST803 'a label that the policy requires is missing or has another value' \
        AST804 'an ignore comment for a rule that no comment may suppress' \
        dockerfile-syntax 'AST001' \
        unresolved-base-image 'AST002' \
        unused-ignore 'AST003' \
        ignored-directive 'AST004' \
        swallowed-instruction 'AST005' \
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
        not-an-astro-image 'AST210' \
        end-of-maintenance 'AST301' \
        end-of-maintenance-soon 'AST302' \
        yanked-build 'AST303' \
        outdated-build 'AST304' \
        unavailable-platform 'AST305' \
        arm64-in-production 'AST306' \
        imp-removed 'AST401' \
        removed-stdlib-module 'AST402' \
        imp-unchecked 'AST403' \
        airflow-3-import 'AST404' \
        removed-airflow-import 'AST405' \
        removed-airflow-argument 'AST406' \
        plugin-without-fab 'AST407' \
        removed-stdlib-name 'AST408' \
        removed-provider-import 'AST409' \
        provider-not-installed 'AST501' \
        airflow-in-requirements 'AST502' \
        requirement-before-copy 'AST503' \
        missing-onbuild-file 'AST504' \
        debian-package-on-ubi9 'AST505' \
        secret-in-context 'AST506' \
        ignored-project-folder 'AST507' \
        secret-in-requirements 'AST508' \
        requirement-needs-other-airflow 'AST509' \
        conflicting-requirements 'AST510' \
        constraints-of-other-airflow 'AST511' \
        package-not-in-release 'AST512' \
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
        missing-copy-source 'AST621' \
        root-command-without-root 'AST622' \
        late-pip-settings 'AST623' \
        other-python-in-path 'AST624' \
        airflow-command-gone 'AST625' \
        ineffective-airflow-config 'AST626' \
        unknown-pyenv 'AST627' \
        virtualenv-path-mismatch 'AST628' \
        unavailable-executor 'AST629' \
        old-local-postgres 'AST630' \
        reserved-astro-variable 'AST631' \
        database-in-image 'AST632' \
        runtime-and-dockerfile 'AST701' \
        inexact-manifest-runtime 'AST702' \
        manifest-airflow-mismatch 'AST703' \
        manifest-airflow-unpinned 'AST704' \
        disallowed-registry 'AST801' \
        runtime-below-minimum 'AST802' \
        missing-label 'AST803' \
        forbidden-ignore 'AST804'
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
complete -c astro-lint -n __astro_lint_first -a catalog -d 'Show or update the catalog of Astro Runtime builds.'
complete -c astro-lint -n __astro_lint_first -a check -d 'Lint the Dockerfiles of Astro projects: Apache Airflow on Astronomer\'s Astro Runtime images.'
complete -c astro-lint -n __astro_lint_first -a completion -d 'Print a shell completion script.'
complete -c astro-lint -n __astro_lint_first -a config -d 'Show the effective configuration for a path, and where it comes from.'
complete -c astro-lint -n __astro_lint_first -a explain -d 'Show the manual page of a rule: why, examples, fix.'
complete -c astro-lint -n __astro_lint_first -a help -d 'Show the help page of a command, or the one with all commands.'
complete -c astro-lint -n __astro_lint_first -a inventory -d 'List all Astro projects with their Runtime, Airflow, Python and end of maintenance.'
complete -c astro-lint -n __astro_lint_first -a rules -d 'List all rules, or some.'
complete -c astro-lint -n __astro_lint_first -a server -d 'Start a language server for editors, over standard input and output. Needs the extra `lsp`: pip install \'dockerfile-astro-lint[lsp]\'.'
complete -c astro-lint -n __astro_lint_first -a upgrade -d 'Write newer Runtime tags into Dockerfiles and manifests, and report what changes with them.'
complete -c astro-lint -n __astro_lint_first -a version -d 'Show the version of astro-lint and the date of its catalog.'
complete -c astro-lint -n '__astro_lint_in catalog' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in catalog' -a 'show update path'
complete -c astro-lint -n '__astro_lint_in catalog' -F
complete -c astro-lint -n '__astro_lint_in catalog' -l today -x -d 'show: date for end of maintenance, such as 2026-09-25 (default: today)'
complete -c astro-lint -n '__astro_lint_in catalog' -l catalog -r -F -d 'show: use this catalog file, in the format of the live feed'
complete -c astro-lint -n '__astro_lint_in catalog' -l isolated -d 'show: use the bundled catalog'
complete -c astro-lint -n '__astro_lint_in check' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in check' -F
complete -c astro-lint -n '__astro_lint_in check' -l select -x -a '(__astro_lint_list)' -d 'run only these rules: codes, prefixes or names, comma separated'
complete -c astro-lint -n '__astro_lint_in check' -l ignore -x -a '(__astro_lint_list)' -d 'do not run these rules'
complete -c astro-lint -n '__astro_lint_in check' -l extend-select -x -a '(__astro_lint_list)' -d 'run these rules as well, such as opt-in rules'
complete -c astro-lint -n '__astro_lint_in check' -l severity -x -a '(__astro_lint_severity)' -d 'set the severity of a rule: error, warning, info or off'
complete -c astro-lint -n '__astro_lint_in check' -l environment -x -a 'production development' -d 'purpose of the image (default: production); development allows floating tags and pre-releases'
complete -c astro-lint -n '__astro_lint_in check' -l no-ignores -d 'report suppressed findings too'
complete -c astro-lint -n '__astro_lint_in check' -l online -d 'look up in the registry whether tags exist (AST112)'
complete -c astro-lint -n '__astro_lint_in check' -l exclude -r -F -d 'skip these files and folders when searching'
complete -c astro-lint -n '__astro_lint_in check' -l no-gitignore -d 'search files and folders ignored by .gitignore as well'
complete -c astro-lint -n '__astro_lint_in check' -l no-project -d 'check only the Dockerfile, not the project files copied into its image'
complete -c astro-lint -n '__astro_lint_in check' -l whole-project -d 'check the whole project of each named requirements.txt, packages.txt, .dockerignore, manifest or airflow_settings.yaml, because a change there can cause findings elsewhere'
complete -c astro-lint -n '__astro_lint_in check' -l stdin-filename -r -F -d 'file name for standard input; its folder determines configuration and project'
complete -c astro-lint -n '__astro_lint_in check' -l require-files -d 'fail with exit code 2 if nothing was checked'
complete -c astro-lint -n '__astro_lint_in check' -l skip-unrelated -d 'skip named files that cannot be checked because they are in no Astro project, instead of failing'
complete -c astro-lint -n '__astro_lint_in check' -l show-files -d 'list the files that would be checked, and check nothing'
complete -c astro-lint -n '__astro_lint_in check' -l build-arg -x -d 'set a build argument, as in docker build'
complete -c astro-lint -n '__astro_lint_in check' -l target -x -d 'build stage to check, as in docker build'
complete -c astro-lint -n '__astro_lint_in check' -l as-if -x -d 'lint as if the final stage used this image; with --diff, print a patch that retargets the project'
complete -c astro-lint -n '__astro_lint_in check' -l fix -d 'apply safe fixes'
complete -c astro-lint -n '__astro_lint_in check' -l unsafe-fixes -d 'apply safe and unsafe fixes; unsafe fixes change what is deployed'
complete -c astro-lint -n '__astro_lint_in check' -l diff -d 'print the fixes as a patch instead of applying them; exit code 1 if there are any'
complete -c astro-lint -n '__astro_lint_in check' -l fix-only -d 'apply safe fixes (with --unsafe-fixes, all) and report nothing that is left'
complete -c astro-lint -n '__astro_lint_in check' -l show-fixes -d 'list which rules were fixed in which file'
complete -c astro-lint -n '__astro_lint_in check' -l fixable -x -a '(__astro_lint_list)' -d 'fix only findings of these rules'
complete -c astro-lint -n '__astro_lint_in check' -l unfixable -x -a '(__astro_lint_list)' -d 'do not fix findings of these rules'
complete -c astro-lint -n '__astro_lint_in check' -l exit-non-zero-on-fix -d 'exit with 1 if fixes were applied, even if nothing is left'
complete -c astro-lint -n '__astro_lint_in check' -l baseline -r -F -d 'report only findings that are not in this baseline'
complete -c astro-lint -n '__astro_lint_in check' -l write-baseline -r -F -d 'write the current findings to a baseline file'
complete -c astro-lint -n '__astro_lint_in check' -l add-ignores -x -d 'add an ignore comment with this reason for every current finding'
complete -c astro-lint -n '__astro_lint_in check' -l format -r -F -a 'text concise json github sarif gitlab junit rdjson markdown checkstyle sonarqube azure json-lines' -d 'text, concise, json, github, sarif, gitlab, junit, rdjson, markdown, checkstyle, sonarqube, azure, json-lines; can be repeated'
complete -c astro-lint -n '__astro_lint_in check' -s o -l output-file -r -F -d 'write to this file what would go to standard output'
complete -c astro-lint -n '__astro_lint_in check' -l color -x -a 'auto always never' -d 'when to use colors (default: auto); NO_COLOR and FORCE_COLOR are respected'
complete -c astro-lint -n '__astro_lint_in check' -l statistics -d 'show the number of findings per rule'
complete -c astro-lint -n '__astro_lint_in check' -s q -l quiet -d 'print only findings'
complete -c astro-lint -n '__astro_lint_in check' -s v -l verbose -d 'print the effective settings'
complete -c astro-lint -n '__astro_lint_in check' -l fail-on -x -a 'error warning info never' -d 'minimum severity that causes exit code 1 (default: warning)'
complete -c astro-lint -n '__astro_lint_in check' -l fail-on-lifecycle -d 'let end-of-maintenance findings (AST301, AST302) cause exit code 1 too'
complete -c astro-lint -n '__astro_lint_in check' -l exit-zero -d 'exit with 0 in spite of findings; errors still exit with 2'
complete -c astro-lint -n '__astro_lint_in check' -l config -r -F -d 'use only this configuration file'
complete -c astro-lint -n '__astro_lint_in check' -l isolated -d 'ignore configuration files, environment variables and the cached catalog'
complete -c astro-lint -n '__astro_lint_in check' -l show-settings -d 'show the settings that would be used, and check nothing'
complete -c astro-lint -n '__astro_lint_in check' -l today -x -d 'date for end-of-maintenance checks, such as 2026-09-25 (default: today)'
complete -c astro-lint -n '__astro_lint_in check' -l catalog -r -F -d 'use this catalog file, in the format of the live feed'
complete -c astro-lint -n '__astro_lint_in check' -l version -d 'print the version and the date of the catalog'
complete -c astro-lint -n '__astro_lint_in completion' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in completion' -a 'bash zsh fish'
complete -c astro-lint -n '__astro_lint_in config' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in config' -F
complete -c astro-lint -n '__astro_lint_in config' -l schema -d 'print the JSON schema of configuration files'
complete -c astro-lint -n '__astro_lint_in explain' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in explain' -a '(__astro_lint_rules)'
complete -c astro-lint -n '__astro_lint_in explain' -l all -d 'show the pages of all rules'
complete -c astro-lint -n '__astro_lint_in explain' -l format -x -a 'text json' -d 'output format (default: text)'
complete -c astro-lint -n '__astro_lint_in help' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in help' -a 'catalog check completion config explain help inventory rules server upgrade version'
complete -c astro-lint -n '__astro_lint_in inventory' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in inventory' -F
complete -c astro-lint -n '__astro_lint_in inventory' -l merge -d 'join JSON reports of inventories, or folders of them, and keep the newest of each project'
complete -c astro-lint -n '__astro_lint_in inventory' -l stale-after -x -d 'with --merge, name the projects whose newest report is older (default: 30)'
complete -c astro-lint -n '__astro_lint_in inventory' -l format -r -F -a 'text json csv markdown html' -d 'text, json, csv, markdown, html; can be repeated'
complete -c astro-lint -n '__astro_lint_in inventory' -l fail-within -x -d 'exit code 1 if a build is yanked, or past end of maintenance, or within DAYS of it'
complete -c astro-lint -n '__astro_lint_in inventory' -l repository -x -d 'the repository of the projects (default: from .git, else from CI)'
complete -c astro-lint -n '__astro_lint_in inventory' -l commit -x -d 'the commit of the projects (default: from .git, else from CI)'
complete -c astro-lint -n '__astro_lint_in inventory' -l environment -x -a 'production development' -d 'purpose of the image (default: production); development allows floating tags and pre-releases'
complete -c astro-lint -n '__astro_lint_in inventory' -l build-arg -x -d 'set a build argument, as in docker build'
complete -c astro-lint -n '__astro_lint_in inventory' -l target -x -d 'build stage to check, as in docker build'
complete -c astro-lint -n '__astro_lint_in inventory' -l exclude -r -F -d 'skip these files and folders when searching'
complete -c astro-lint -n '__astro_lint_in inventory' -l no-gitignore -d 'search files and folders ignored by .gitignore as well'
complete -c astro-lint -n '__astro_lint_in inventory' -l today -x -d 'date for end-of-maintenance checks, such as 2026-09-25 (default: today)'
complete -c astro-lint -n '__astro_lint_in inventory' -l catalog -r -F -d 'use this catalog file, in the format of the live feed'
complete -c astro-lint -n '__astro_lint_in inventory' -l config -r -F -d 'use only this configuration file'
complete -c astro-lint -n '__astro_lint_in inventory' -l isolated -d 'ignore configuration files, environment variables and the cached catalog'
complete -c astro-lint -n '__astro_lint_in inventory' -l color -x -a 'auto always never' -d 'when to use colors (default: auto); NO_COLOR and FORCE_COLOR are respected'
complete -c astro-lint -n '__astro_lint_in inventory' -s q -l quiet -d 'print only the inventory'
complete -c astro-lint -n '__astro_lint_in rules' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in rules' -a '(__astro_lint_rules)'
complete -c astro-lint -n '__astro_lint_in rules' -l format -x -a 'text json markdown' -d 'output format (default: text)'
complete -c astro-lint -n '__astro_lint_in server' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in server' -l stdio -d 'use standard input and output, as always'
complete -c astro-lint -n '__astro_lint_in server' -l today -x -d 'date for end-of-maintenance checks (default: today)'
complete -c astro-lint -n '__astro_lint_in server' -l catalog -r -F -d 'use this catalog file, in the format of the live feed'
complete -c astro-lint -n '__astro_lint_in server' -l config -r -F -d 'use only this configuration file'
complete -c astro-lint -n '__astro_lint_in server' -l isolated -d 'ignore configuration files and the cached catalog'
complete -c astro-lint -n '__astro_lint_in upgrade' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in upgrade' -F
complete -c astro-lint -n '__astro_lint_in upgrade' -l to -x -d 'the newest build of the same series (latest-patch, default), of the newest maintained one (latest), or of a series such as 13 or 3.3'
complete -c astro-lint -n '__astro_lint_in upgrade' -l check -d 'write nothing; exit code 1 if there is an upgrade'
complete -c astro-lint -n '__astro_lint_in upgrade' -l diff -d 'print the patch instead of writing it; exit code as with --check'
complete -c astro-lint -n '__astro_lint_in upgrade' -l format -r -F -a 'text markdown json' -d 'text, markdown, json; can be repeated'
complete -c astro-lint -n '__astro_lint_in upgrade' -l environment -x -a 'production development' -d 'purpose of the image (default: production); development allows floating tags and pre-releases'
complete -c astro-lint -n '__astro_lint_in upgrade' -l build-arg -x -d 'set a build argument, as in docker build'
complete -c astro-lint -n '__astro_lint_in upgrade' -l target -x -d 'build stage to check, as in docker build'
complete -c astro-lint -n '__astro_lint_in upgrade' -l exclude -r -F -d 'skip these files and folders when searching'
complete -c astro-lint -n '__astro_lint_in upgrade' -l no-gitignore -d 'search files and folders ignored by .gitignore as well'
complete -c astro-lint -n '__astro_lint_in upgrade' -l today -x -d 'date for end-of-maintenance checks, such as 2026-09-25 (default: today)'
complete -c astro-lint -n '__astro_lint_in upgrade' -l catalog -r -F -d 'use this catalog file, in the format of the live feed'
complete -c astro-lint -n '__astro_lint_in upgrade' -l config -r -F -d 'use only this configuration file'
complete -c astro-lint -n '__astro_lint_in upgrade' -l isolated -d 'ignore configuration files, environment variables and the cached catalog'
complete -c astro-lint -n '__astro_lint_in upgrade' -l color -x -a 'auto always never' -d 'when to use colors (default: auto); NO_COLOR and FORCE_COLOR are respected'
complete -c astro-lint -n '__astro_lint_in upgrade' -s q -l quiet -d 'print only what cannot be upgraded'
complete -c astro-lint -n '__astro_lint_in version' -s h -l help -d 'show this help message and exit'
complete -c astro-lint -n '__astro_lint_in version' -l format -x -a 'text json' -d 'output format (default: text)'
complete -c astro-lint -n '__astro_lint_in version' -l isolated -d 'ignore the cached catalog'
