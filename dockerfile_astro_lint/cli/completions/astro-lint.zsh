#compdef astro-lint
# Completion of astro-lint for zsh: source <(astro-lint completion zsh), or this as _astro-lint in a folder of $fpath.
_astro_lint_rules() {
    local -a rules=(
        'AST0:Reading'
        'AST1:Tag'
        'AST2:Image and registry'
        'AST3:Lifecycle'
        'AST4:Python code for the image'\''s Python'
        'AST5:requirements.txt, packages.txt, build context'
        'AST6:What the Dockerfile does on top'
        'AST7:Astro CLI v2 project'
        'AST001:BuildKit refuses the file'
        'AST002:the final base image is not known before the build'
        'AST003:an ignore comment that takes nothing back, or names no rule'
        'AST004:a directive that stands too low to be one'
        'AST101:a tag that fits neither grammar of Astro Runtime'
        'AST102:the segments of the tag are in the wrong order'
        'AST103:a tag that floats, in production'
        'AST104:no tag, or `latest`, which Astronomer does not publish'
        'AST105:a `-slim` tag on Airflow 3, where all images are slim'
        'AST106:`3.Y.Z`, which is no Airflow 3 version of Astro Runtime'
        'AST107:a Python that this Runtime does not come with'
        'AST108:`-ubi9` on a Runtime that has none'
        'AST109:`-slim` on a Runtime before 11'
        'AST110:a build that the catalog does not know'
        'AST111:a pre-release image, in production'
        'AST112:a tag that the registry does not have'
        'AST113:`-ubi9` while it was experimental'
        'AST201:an Airflow 3 image from the registry of Airflow 2'
        'AST202:an Airflow 2 image from the repository of Airflow 3'
        'AST203:an Astronomer Certified image, which no deploy takes'
        'AST204:a repository that Astronomer does not have'
        'AST205:the last stage is no Astro image, though an earlier one is'
        'AST206:stages of one image on different Runtime versions'
        'AST208:a digest alone, which does not tell the version'
        'AST209:an Astro stage that nothing uses'
        'AST301:the series is no longer maintained'
        'AST302:the series'\'' maintenance ends soon'
        'AST303:a build that Astronomer has withdrawn'
        'AST304:a newer build of the series is known'
        'AST305:a platform that Astro Runtime is not built for'
        'AST401:`imp` is imported, which the image'\''s Python no longer has'
        'AST402:a module is imported that left Python'\''s standard library'
        'AST403:the image'\''s Python has no `imp`, and there is no Python code here to check'
        'AST404:`airflow.sdk` is imported on an Airflow 2 image'
        'AST501:a provider is imported that nothing installs'
        'AST502:Airflow itself is in requirements.txt'
        'AST503:a requirement that is only there after the copy'
        'AST504:packages.txt or requirements.txt is not in the build context'
        'AST505:a package of Debian in packages.txt of a -ubi9 image'
        'AST506:a file of credentials goes into the image with the project'
        'AST507:.dockerignore keeps the project'\''s Python files out of the image'
        'AST601:a step that the image has already done by itself'
        'AST602:a `-base` image that the project is not copied into'
        'AST603:the image ends as root'
        'AST604:the user `airflow`, which Astro images do not have'
        'AST605:a CMD or ENTRYPOINT, though Astro starts each component itself'
        'AST606:apt or dpkg on an image that has neither'
        'AST607:a system package is installed as the user `astro`'
        'AST608:another Airflow is installed over the image'\''s'
        'AST609:a variable that Airflow does not read, for want of an underscore'
        'AST610:a secret is written into the image'
        'AST611:PYENV without the frontend that knows it'
        'AST612:a PYENV that cannot work'
        'AST613:the frontend of PYENV on an image that installs by itself'
        'AST614:an instruction that nothing knows'
        'AST615:spaces around the equals sign, which becomes part of the value'
        'AST616:an option that Airflow 3 removed or moved'
        'AST617:a file of credentials is copied into the image'
        'AST618:the image ends in another folder than Airflow'\''s home'
        'AST619:a path that exists on ARM64 only'
        'AST620:the home of another Airflow image'
        'AST701:a manifest that names both a runtime and a Dockerfile'
        'AST702:a manifest'\''s runtime that is no exact build'
        'AST703:the image has another Airflow than the manifest pins'
        'AST704:a manifest whose dependencies do not pin Airflow'
        'dockerfile-syntax:AST001'
        'unresolved-base-image:AST002'
        'unused-ignore:AST003'
        'ignored-directive:AST004'
        'malformed-tag:AST101'
        'segment-order:AST102'
        'floating-tag:AST103'
        'latest-tag:AST104'
        'slim-on-airflow-3:AST105'
        'dotted-airflow-3-version:AST106'
        'unavailable-python:AST107'
        'unavailable-ubi9:AST108'
        'unavailable-slim:AST109'
        'unknown-build:AST110'
        'prerelease-image:AST111'
        'unpublished-tag:AST112'
        'experimental-ubi9:AST113'
        'wrong-registry-airflow-3:AST201'
        'wrong-registry-airflow-2:AST202'
        'astronomer-certified-image:AST203'
        'misspelt-repository:AST204'
        'final-stage-not-astro:AST205'
        'mixed-runtime-versions:AST206'
        'digest-without-tag:AST208'
        'unused-astro-stage:AST209'
        'end-of-maintenance:AST301'
        'end-of-maintenance-soon:AST302'
        'yanked-build:AST303'
        'outdated-build:AST304'
        'unavailable-platform:AST305'
        'imp-removed:AST401'
        'removed-stdlib-module:AST402'
        'imp-unchecked:AST403'
        'airflow-3-import:AST404'
        'provider-not-installed:AST501'
        'airflow-in-requirements:AST502'
        'requirement-before-copy:AST503'
        'missing-onbuild-file:AST504'
        'debian-package-on-ubi9:AST505'
        'secret-in-context:AST506'
        'ignored-project-folder:AST507'
        'repeated-onbuild-step:AST601'
        'base-image-without-project:AST602'
        'final-user-root:AST603'
        'unknown-airflow-user:AST604'
        'overridden-entrypoint:AST605'
        'apt-on-ubi9:AST606'
        'system-install-without-root:AST607'
        'reinstalled-airflow:AST608'
        'misspelt-airflow-variable:AST609'
        'secret-in-image:AST610'
        'pyenv-without-frontend:AST611'
        'malformed-pyenv:AST612'
        'pyenv-installs-twice:AST613'
        'unknown-instruction:AST614'
        'spaced-env-assignment:AST615'
        'option-gone-in-airflow-3:AST616'
        'copied-credentials:AST617'
        'workdir-not-airflow-home:AST618'
        'architecture-in-path:AST619'
        'airflow-home-path:AST620'
        'runtime-and-dockerfile:AST701'
        'inexact-manifest-runtime:AST702'
        'manifest-airflow-mismatch:AST703'
        'manifest-airflow-unpinned:AST704'
    )
    _describe -t rules rule rules "$@"
}
_astro_lint_severity() {
    if compset -P '*='; then
        compadd -- error warning info off
    else
        _astro_lint_rules -qS =
    fi
}
_astro_lint_format() {
    if compset -P '*='; then
        _files
    else
        compadd "$@"
    fi
}
_astro_lint_first() {
    local -a commands=(
        'catalog:What is known of Astro Runtime, and from where.'
        'check:Check the Dockerfiles of Astro projects: Apache Airflow on Astronomer'\''s Astro Runtime images.'
        'completion:Print a script that completes the command line of astro-lint.'
        'config:What holds for a path, and from where.'
        'explain:A rule'\''s manual page.'
        'inventory:Every Astro project below a path: its Runtime, Airflow, Python, and how long that is maintained.'
        'rules:All rules.'
    )
    ((CURRENT == 2)) && _describe -t commands command commands
    _files
}
_astro_lint() {
    local command=check
    if ((CURRENT > 2)) && [[ $words[2] == (catalog|check|completion|config|explain|inventory|rules) ]]; then
        command=$words[2]
        shift words
        ((CURRENT--))
    fi
    case $command in
        catalog)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:show|update|path:(show update path)' \
                '*:VERSION|FILE:_files' \
                '--today=[show\: the day to judge by, such as 2026-09-25]:DATE: ' \
                '--catalog=[show\: another catalog, in the shape of the live feed]:FILE:_files' \
                '--isolated[show\: the catalog that astro-lint carries]'
            ;;
        check)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_astro_lint_first' \
                '*--select=[only these rules\: codes, prefixes, names]:CODES:_sequence _astro_lint_rules' \
                '*--ignore=[not these rules]:CODES:_sequence _astro_lint_rules' \
                '*--extend-select=[these rules too]:CODES:_sequence _astro_lint_rules' \
                '*--severity=[error, warning, info or off for a rule]:CODE=SEVERITY:_astro_lint_severity' \
                '--environment=[what the image is for (default\: production); in development floating tags and pre-releases are fine]:production|development:(production development)' \
                '--fail-on=[the least severity that makes the exit 1 (default\: warning)]:error|warning|info|never:(error warning info never)' \
                '--fail-on-lifecycle[the ends of maintenance (AST301, AST302) count too]' \
                '--fix[write the safe fixes into the files]' \
                '--unsafe-fixes[--fix, with the fixes too that change what is deployed]' \
                '--diff[print the fixes as a patch instead, and exit 1 if there is one]' \
                '*--format=[text, concise, json, github, sarif, gitlab, junit, rdjson, markdown; may repeat]:NAME\[=FILE\]:_astro_lint_format text concise json github sarif gitlab junit rdjson markdown' \
                '*--build-arg=[as in docker build]:NAME=VALUE: ' \
                '--target=[as in docker build]:STAGE: ' \
                '--as-if=[judge the project as though its final image were this one; with --diff, print the patch that moves it]:IMAGE|VERSION: ' \
                '--no-project[only the Dockerfile, not the project that goes into its image]' \
                '--stdin-filename=[what - is called, and where its project is]:NAME:_files' \
                '*--exclude=[not these files and folders, when searching]:GLOBS:_files' \
                '--no-gitignore[search what .gitignore names, too]' \
                '--baseline=[report only what is new since this baseline]:FILE:_files' \
                '--write-baseline=[write what is found now as a baseline]:FILE:_files' \
                '--add-ignores=[write an ignore comment above every finding that is there now]:REASON: ' \
                '--no-ignores[report what ignore comments take back]' \
                '--online[ask the registries whether the tags exist (AST112)]' \
                '--today=[the day to judge by, such as 2026-09-25]:DATE: ' \
                '--catalog=[another catalog, in the shape of the live feed]:FILE:_files' \
                '--config=[this configuration file and no other]:FILE:_files' \
                '--isolated[no configuration file and no cached catalog]' \
                '--color=[also NO_COLOR, FORCE_COLOR]:auto|always|never:(auto always never)' \
                '--statistics[count the findings of each rule]' \
                '(-q --quiet)-q[only the findings]' \
                '(-q --quiet)--quiet[only the findings]' \
                '(-v --verbose)-v[say what is looked into]' \
                '(-v --verbose)--verbose[say what is looked into]' \
                '--version[the version, and the catalog'\''s date]'
            ;;
        completion)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:bash|zsh|fish:(bash zsh fish)'
            ;;
        config)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_files' \
                '--schema[print the JSON schema of the configuration]'
            ;;
        explain)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:CODE|NAME:_astro_lint_rules'
            ;;
        inventory)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_files' \
                '*--format=[text, json, csv, markdown, html; may repeat]:NAME\[=FILE\]:_astro_lint_format text json csv markdown html' \
                '--fail-within=[exit 1 when a build is yanked, or a project'\''s maintenance has ended or ends within so many days]:DAYS: ' \
                '--environment=[what the image is for (default\: production); in development floating tags and pre-releases are fine]:production|development:(production development)' \
                '*--build-arg=[as in docker build]:NAME=VALUE: ' \
                '--target=[as in docker build]:STAGE: ' \
                '*--exclude=[not these files and folders, when searching]:GLOBS:_files' \
                '--no-gitignore[search what .gitignore names, too]' \
                '--today=[the day to judge by, such as 2026-09-25]:DATE: ' \
                '--catalog=[another catalog, in the shape of the live feed]:FILE:_files' \
                '--config=[this configuration file and no other]:FILE:_files' \
                '--isolated[no configuration file and no cached catalog]' \
                '--color=[also NO_COLOR, FORCE_COLOR]:auto|always|never:(auto always never)' \
                '(-q --quiet)-q[only the inventory]' \
                '(-q --quiet)--quiet[only the inventory]'
            ;;
        rules)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '--format=[what the list is for]:text|json|markdown:(text json markdown)'
            ;;
    esac
}
if [[ $funcstack[1] == _astro-lint ]]; then
    _astro_lint "$@"
else
    compdef _astro_lint astro-lint
fi
