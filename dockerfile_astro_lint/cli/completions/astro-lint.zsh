#compdef astro-lint
# Completion of astro-lint for zsh: source <(astro-lint completion zsh), or this as _astro-lint in a folder of $fpath.
_astro_lint_rules() {
    local -a rules=(
        'AST0:Reading the Dockerfile'
        'AST1:Image tag'
        'AST2:Image and registry'
        'AST3:Lifecycle'
        'AST4:Python files'
        'AST5:Requirements, system packages, build context'
        'AST6:Instructions of the Dockerfile'
        'AST7:Manifest of Astro CLI v2'
        'AST8:Policy of an organization'
        'AST001:Docker cannot build the Dockerfile'
        'AST002:the final base image depends on a build argument'
        'AST003:an ignore comment suppresses nothing, or names no rule'
        'AST004:a parser directive below the top of the file is only a comment'
        'AST005:an instruction becomes part of the one above'
        'AST101:the tag is not a valid Astro Runtime tag'
        'AST102:the tag'\''s segments are out of order or repeated'
        'AST103:a floating tag in production'
        'AST104:no tag or `latest`, which Astro Runtime does not publish'
        'AST105:`-slim` on Airflow 3, where all images are slim'
        'AST106:`3.Y.Z` is not an Airflow 3 tag'
        'AST107:a Python variant that this Runtime does not have'
        'AST108:`-ubi9` on a Runtime without UBI 9 images'
        'AST109:`-slim` on a Runtime without slim images'
        'AST110:a build that is not in the catalog'
        'AST111:a pre-release image in production'
        'AST112:a tag that the registry does not have'
        'AST113:an experimental `-ubi9` image'
        'AST201:an Airflow 3 image from an Airflow 2 repository'
        'AST202:an Airflow 2 image from the Airflow 3 repository'
        'AST203:an Astronomer Certified image, which Astro refuses to deploy'
        'AST204:a repository that does not exist at Astronomer'
        'AST205:the final stage is not built on an Astro image, though an earlier one is'
        'AST206:stages of one image use different Runtime versions'
        'AST208:a digest without a tag hides the Runtime version'
        'AST209:an unused Astro stage'
        'AST210:an Astro project that is not built on an Astro image'
        'AST301:the Runtime series has reached end of maintenance'
        'AST302:the Runtime series reaches end of maintenance soon'
        'AST303:a yanked build'
        'AST304:a newer build of the series is known'
        'AST305:a platform that Astro Runtime has no image for'
        'AST306:the image is built for ARM64, but Astro runs AMD64 images'
        'AST401:`imp` is imported, which the image'\''s Python does not have'
        'AST402:a module is imported that was removed from Python'\''s standard library'
        'AST403:the image'\''s Python has no `imp`, and no Python files are here to check'
        'AST404:an import of `airflow.sdk` that the image'\''s Airflow does not have yet'
        'AST405:an import that the image'\''s Airflow 3 no longer has'
        'AST406:an argument that Airflow 3 refuses'
        'AST407:a plugin with views that need the FAB provider'
        'AST408:a name that was removed from a module of Python'\''s standard library'
        'AST409:an import that the installed release of a provider no longer has'
        'AST501:a provider is imported that is not installed'
        'AST502:Airflow itself is in requirements.txt'
        'AST503:a requirement that is only copied later'
        'AST504:`packages.txt` or `requirements.txt` is not in the build context'
        'AST505:a Debian package in packages.txt of a `-ubi9` image'
        'AST506:a credentials file is copied into the image with the project'
        'AST507:.dockerignore excludes the project'\''s Python files from the image'
        'AST508:a password or token in requirements.txt or packages.txt'
        'AST509:a requirement that the image'\''s Airflow or Python cannot have'
        'AST510:two requirements that no version satisfies'
        'AST511:constraints of another Airflow or Python than the image'\''s'
        'AST512:a system package that the image'\''s Debian release does not have'
        'AST601:a step that the base image already runs by itself'
        'AST602:a `-base` image that the project is not copied into'
        'AST603:the image runs as root'
        'AST604:a user that Astro images do not have, such as `airflow`'
        'AST605:a `CMD` or `ENTRYPOINT`, though Astro sets each component'\''s command'
        'AST606:`apt` or `dpkg` on an image that has neither'
        'AST607:system packages are installed or changed as the user `astro`'
        'AST608:another Airflow is installed over the image'\''s'
        'AST609:a variable that Airflow does not read because of its underscores'
        'AST610:a secret is written into the image'
        'AST611:PYENV without the frontend that supports it'
        'AST612:a PYENV that cannot work'
        'AST613:the frontend of PYENV on an image that installs the project itself'
        'AST614:an unknown instruction'
        'AST615:spaces around the equals sign, which becomes part of the value'
        'AST616:an option that Airflow 3 removed or moved'
        'AST617:a credentials file is copied into the image'
        'AST618:the image'\''s working directory is not Airflow'\''s home'
        'AST619:a path that only exists on ARM64'
        'AST620:the home of the `apache/airflow` image is used'
        'AST621:a file to copy is not in the build context'
        'AST622:a command that needs root is run as the user `astro`'
        'AST623:a pip setting that comes after the base image has installed the requirements'
        'AST624:a folder of packages that the image'\''s Python does not read'
        'AST625:a command of `airflow` that Airflow 3 no longer has'
        'AST626:configuration of Airflow that the Deployment sets on Astro'
        'AST627:an environment that no PYENV makes, or one with the image'\''s own Python'
        'AST628:a virtual environment is used at a place where it is not made'
        'AST629:an executor that the image'\''s Airflow cannot load'
        'AST630:a local Postgres that the image'\''s Airflow does not support'
        'AST631:a variable that Astro sets itself'
        'AST632:a database is prepared in the image, where nothing uses it'
        'AST701:the manifest sets both `runtime` and `dockerfile`'
        'AST702:the manifest'\''s `runtime` is not an exact build'
        'AST703:the image has another Airflow than the manifest pins'
        'AST704:the manifest'\''s dependencies do not pin Airflow'
        'AST801:an image from a registry that the policy does not allow'
        'AST802:a Runtime below the minimum of the policy'
        'AST803:a label that the policy requires is missing or has another value'
        'AST804:an ignore comment for a rule that no comment may suppress'
        'dockerfile-syntax:AST001'
        'unresolved-base-image:AST002'
        'unused-ignore:AST003'
        'ignored-directive:AST004'
        'swallowed-instruction:AST005'
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
        'not-an-astro-image:AST210'
        'end-of-maintenance:AST301'
        'end-of-maintenance-soon:AST302'
        'yanked-build:AST303'
        'outdated-build:AST304'
        'unavailable-platform:AST305'
        'arm64-in-production:AST306'
        'imp-removed:AST401'
        'removed-stdlib-module:AST402'
        'imp-unchecked:AST403'
        'airflow-3-import:AST404'
        'removed-airflow-import:AST405'
        'removed-airflow-argument:AST406'
        'plugin-without-fab:AST407'
        'removed-stdlib-name:AST408'
        'removed-provider-import:AST409'
        'provider-not-installed:AST501'
        'airflow-in-requirements:AST502'
        'requirement-before-copy:AST503'
        'missing-onbuild-file:AST504'
        'debian-package-on-ubi9:AST505'
        'secret-in-context:AST506'
        'ignored-project-folder:AST507'
        'secret-in-requirements:AST508'
        'requirement-needs-other-airflow:AST509'
        'conflicting-requirements:AST510'
        'constraints-of-other-airflow:AST511'
        'package-not-in-release:AST512'
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
        'missing-copy-source:AST621'
        'root-command-without-root:AST622'
        'late-pip-settings:AST623'
        'other-python-in-path:AST624'
        'airflow-command-gone:AST625'
        'ineffective-airflow-config:AST626'
        'unknown-pyenv:AST627'
        'virtualenv-path-mismatch:AST628'
        'unavailable-executor:AST629'
        'old-local-postgres:AST630'
        'reserved-astro-variable:AST631'
        'database-in-image:AST632'
        'runtime-and-dockerfile:AST701'
        'inexact-manifest-runtime:AST702'
        'manifest-airflow-mismatch:AST703'
        'manifest-airflow-unpinned:AST704'
        'disallowed-registry:AST801'
        'runtime-below-minimum:AST802'
        'missing-label:AST803'
        'forbidden-ignore:AST804'
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
        'catalog:Show or update the catalog of Astro Runtime builds.'
        'check:Lint the Dockerfiles of Astro projects: Apache Airflow on Astronomer'\''s Astro Runtime images.'
        'completion:Print a shell completion script.'
        'config:Show the effective configuration for a path, and where it comes from.'
        'explain:Show the manual page of a rule: why, examples, fix.'
        'help:Show the help page of a command, or the one with all commands.'
        'inventory:List all Astro projects with their Runtime, Airflow, Python and end of maintenance.'
        'rules:List all rules, or some.'
        'server:Start a language server for editors, over standard input and output. Needs the extra `lsp`: pip install '\''dockerfile-astro-lint[lsp]'\''.'
        'upgrade:Write newer Runtime tags into Dockerfiles and manifests, and report what changes with them.'
        'version:Show the version of astro-lint and the date of its catalog.'
    )
    ((CURRENT == 2)) && _describe -t commands command commands
    _files
}
_astro_lint() {
    local command=check
    if ((CURRENT > 2)) && [[ $words[2] == (catalog|check|completion|config|explain|help|inventory|rules|server|upgrade|version) ]]; then
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
                '--today=[show\: date for end of maintenance, such as 2026-09-25 (default\: today)]:DATE: ' \
                '--catalog=[show\: use this catalog file, in the format of the live feed]:FILE:_files' \
                '--isolated[show\: use the bundled catalog]'
            ;;
        check)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_astro_lint_first' \
                '*--select=[run only these rules\: codes, prefixes or names, comma separated]:CODES:_sequence _astro_lint_rules' \
                '*--ignore=[do not run these rules]:CODES:_sequence _astro_lint_rules' \
                '*--extend-select=[run these rules as well, such as opt-in rules]:CODES:_sequence _astro_lint_rules' \
                '*--severity=[set the severity of a rule\: error, warning, info or off]:CODE=SEVERITY:_astro_lint_severity' \
                '--environment=[purpose of the image (default\: production); development allows floating tags and pre-releases]:production|development:(production development)' \
                '--no-ignores[report suppressed findings too]' \
                '--online[look up in the registry whether tags exist (AST112)]' \
                '*--exclude=[skip these files and folders when searching]:GLOBS:_files' \
                '--no-gitignore[search files and folders ignored by .gitignore as well]' \
                '--no-project[check only the Dockerfile, not the project files copied into its image]' \
                '--whole-project[check the whole project of each named requirements.txt, packages.txt, .dockerignore, manifest or airflow_settings.yaml, because a change there can cause findings elsewhere]' \
                '--stdin-filename=[file name for standard input; its folder determines configuration and project]:NAME:_files' \
                '--require-files[fail with exit code 2 if nothing was checked]' \
                '--skip-unrelated[skip named files that cannot be checked because they are in no Astro project, instead of failing]' \
                '--show-files[list the files that would be checked, and check nothing]' \
                '*--build-arg=[set a build argument, as in docker build]:NAME=VALUE: ' \
                '--target=[build stage to check, as in docker build]:STAGE: ' \
                '--as-if=[lint as if the final stage used this image; with --diff, print a patch that retargets the project]:IMAGE|VERSION: ' \
                '--fix[apply safe fixes]' \
                '--unsafe-fixes[apply safe and unsafe fixes; unsafe fixes change what is deployed]' \
                '--diff[print the fixes as a patch instead of applying them; exit code 1 if there are any]' \
                '--fix-only[apply safe fixes (with --unsafe-fixes, all) and report nothing that is left]' \
                '--show-fixes[list which rules were fixed in which file]' \
                '*--fixable=[fix only findings of these rules]:CODES:_sequence _astro_lint_rules' \
                '*--unfixable=[do not fix findings of these rules]:CODES:_sequence _astro_lint_rules' \
                '--exit-non-zero-on-fix[exit with 1 if fixes were applied, even if nothing is left]' \
                '--baseline=[report only findings that are not in this baseline]:FILE:_files' \
                '--write-baseline=[write the current findings to a baseline file]:FILE:_files' \
                '--add-ignores=[add an ignore comment with this reason for every current finding]:REASON: ' \
                '*--format=[text, concise, json, github, sarif, gitlab, junit, rdjson, markdown, checkstyle, sonarqube, azure, json-lines; can be repeated]:NAME\[=FILE\]:_astro_lint_format text concise json github sarif gitlab junit rdjson markdown checkstyle sonarqube azure json-lines' \
                '(-o --output-file)-o[write to this file what would go to standard output]:FILE:_files' \
                '(-o --output-file)--output-file=[write to this file what would go to standard output]:FILE:_files' \
                '--color=[when to use colors (default\: auto); NO_COLOR and FORCE_COLOR are respected]:auto|always|never:(auto always never)' \
                '--statistics[show the number of findings per rule]' \
                '(-q --quiet)-q[print only findings]' \
                '(-q --quiet)--quiet[print only findings]' \
                '(-v --verbose)-v[print the effective settings]' \
                '(-v --verbose)--verbose[print the effective settings]' \
                '--fail-on=[minimum severity that causes exit code 1 (default\: warning)]:error|warning|info|never:(error warning info never)' \
                '--fail-on-lifecycle[let end-of-maintenance findings (AST301, AST302) cause exit code 1 too]' \
                '--exit-zero[exit with 0 in spite of findings; errors still exit with 2]' \
                '--config=[use only this configuration file]:FILE:_files' \
                '--isolated[ignore configuration files, environment variables and the cached catalog]' \
                '--show-settings[show the settings that would be used, and check nothing]' \
                '--today=[date for end-of-maintenance checks, such as 2026-09-25 (default\: today)]:DATE: ' \
                '--catalog=[use this catalog file, in the format of the live feed]:FILE:_files' \
                '--version[print the version and the date of the catalog]'
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
                '--schema[print the JSON schema of configuration files]'
            ;;
        explain)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:CODE|NAME:_astro_lint_rules' \
                '--all[show the pages of all rules]' \
                '--format=[output format (default\: text)]:text|json:(text json)'
            ;;
        help)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:COMMAND:(catalog check completion config explain help inventory rules server upgrade version)'
            ;;
        inventory)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_files' \
                '--merge[join JSON reports of inventories, or folders of them, and keep the newest of each project]' \
                '--stale-after=[with --merge, name the projects whose newest report is older (default\: 30)]:DAYS: ' \
                '*--format=[text, json, csv, markdown, html; can be repeated]:NAME\[=FILE\]:_astro_lint_format text json csv markdown html' \
                '--fail-within=[exit code 1 if a build is yanked, or past end of maintenance, or within DAYS of it]:DAYS: ' \
                '--repository=[the repository of the projects (default\: from .git, else from CI)]:REPOSITORY: ' \
                '--commit=[the commit of the projects (default\: from .git, else from CI)]:SHA: ' \
                '--environment=[purpose of the image (default\: production); development allows floating tags and pre-releases]:production|development:(production development)' \
                '*--build-arg=[set a build argument, as in docker build]:NAME=VALUE: ' \
                '--target=[build stage to check, as in docker build]:STAGE: ' \
                '*--exclude=[skip these files and folders when searching]:GLOBS:_files' \
                '--no-gitignore[search files and folders ignored by .gitignore as well]' \
                '--today=[date for end-of-maintenance checks, such as 2026-09-25 (default\: today)]:DATE: ' \
                '--catalog=[use this catalog file, in the format of the live feed]:FILE:_files' \
                '--config=[use only this configuration file]:FILE:_files' \
                '--isolated[ignore configuration files, environment variables and the cached catalog]' \
                '--color=[when to use colors (default\: auto); NO_COLOR and FORCE_COLOR are respected]:auto|always|never:(auto always never)' \
                '(-q --quiet)-q[print only the inventory]' \
                '(-q --quiet)--quiet[print only the inventory]'
            ;;
        rules)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:CODE|NAME:_astro_lint_rules' \
                '--format=[output format (default\: text)]:text|json|markdown:(text json markdown)'
            ;;
        server)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '--stdio[use standard input and output, as always]' \
                '--today=[date for end-of-maintenance checks (default\: today)]:DATE: ' \
                '--catalog=[use this catalog file, in the format of the live feed]:FILE:_files' \
                '--config=[use only this configuration file]:FILE:_files' \
                '--isolated[ignore configuration files and the cached catalog]'
            ;;
        upgrade)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '*:PATH:_files' \
                '--to=[the newest build of the same series (latest-patch, default), of the newest maintained one (latest), or of a series such as 13 or 3.3]:SERIES|latest-patch|latest: ' \
                '--check[write nothing; exit code 1 if there is an upgrade]' \
                '--diff[print the patch instead of writing it; exit code as with --check]' \
                '*--format=[text, markdown, json; can be repeated]:NAME\[=FILE\]:_astro_lint_format text markdown json' \
                '--environment=[purpose of the image (default\: production); development allows floating tags and pre-releases]:production|development:(production development)' \
                '*--build-arg=[set a build argument, as in docker build]:NAME=VALUE: ' \
                '--target=[build stage to check, as in docker build]:STAGE: ' \
                '*--exclude=[skip these files and folders when searching]:GLOBS:_files' \
                '--no-gitignore[search files and folders ignored by .gitignore as well]' \
                '--today=[date for end-of-maintenance checks, such as 2026-09-25 (default\: today)]:DATE: ' \
                '--catalog=[use this catalog file, in the format of the live feed]:FILE:_files' \
                '--config=[use only this configuration file]:FILE:_files' \
                '--isolated[ignore configuration files, environment variables and the cached catalog]' \
                '--color=[when to use colors (default\: auto); NO_COLOR and FORCE_COLOR are respected]:auto|always|never:(auto always never)' \
                '(-q --quiet)-q[print only what cannot be upgraded]' \
                '(-q --quiet)--quiet[print only what cannot be upgraded]'
            ;;
        version)
            _arguments -s \
                '(-h --help)-h[show this help message and exit]' \
                '(-h --help)--help[show this help message and exit]' \
                '--format=[output format (default\: text)]:text|json:(text json)' \
                '--isolated[ignore the cached catalog]'
            ;;
    esac
}
if [[ $funcstack[1] == _astro-lint ]]; then
    _astro_lint "$@"
else
    compdef _astro_lint astro-lint
fi
