# Completion of astro-lint for bash: source <(astro-lint completion bash)
_astro_lint() {
    local IFS=$' \t\n' command=check option= kind=words choices= last= whole before word i
    local -a words
    local rules='AST0 AST1 AST2 AST3 AST4 AST5 AST6 AST7 AST8 AST001 AST002 AST003 AST004 AST005 AST101 AST102 AST103 AST104 AST105 AST106 AST107 AST108 AST109 AST110 AST111 AST112 AST113 AST201 AST202 AST203 AST204 AST205 AST206 AST208 AST209 AST210 AST301 AST302 AST303 AST304 AST305 AST306 AST401 AST402 AST403 AST404 AST405 AST406 AST407 AST408 AST409 AST501 AST502 AST503 AST504 AST505 AST506 AST507 AST508 AST509 AST510 AST511 AST512 AST601 AST602 AST603 AST604 AST605 AST606 AST607 AST608 AST609 AST610 AST611 AST612 AST613 AST614 AST615 AST616 AST617 AST618 AST619 AST620 AST621 AST622 AST623 AST624 AST625 AST626 AST627 AST628 AST629 AST630 AST631 AST632 AST701 AST702 AST703 AST704 AST801 AST802 AST803 AST804 dockerfile-syntax unresolved-base-image unused-ignore ignored-directive swallowed-instruction malformed-tag segment-order floating-tag latest-tag slim-on-airflow-3 dotted-airflow-3-version unavailable-python unavailable-ubi9 unavailable-slim unknown-build prerelease-image unpublished-tag experimental-ubi9 wrong-registry-airflow-3 wrong-registry-airflow-2 astronomer-certified-image misspelt-repository final-stage-not-astro mixed-runtime-versions digest-without-tag unused-astro-stage not-an-astro-image end-of-maintenance end-of-maintenance-soon yanked-build outdated-build unavailable-platform arm64-in-production imp-removed removed-stdlib-module imp-unchecked airflow-3-import removed-airflow-import removed-airflow-argument plugin-without-fab removed-stdlib-name removed-provider-import provider-not-installed airflow-in-requirements requirement-before-copy missing-onbuild-file debian-package-on-ubi9 secret-in-context ignored-project-folder secret-in-requirements requirement-needs-other-airflow conflicting-requirements constraints-of-other-airflow package-not-in-release repeated-onbuild-step base-image-without-project final-user-root unknown-airflow-user overridden-entrypoint apt-on-ubi9 system-install-without-root reinstalled-airflow misspelt-airflow-variable secret-in-image pyenv-without-frontend malformed-pyenv pyenv-installs-twice unknown-instruction spaced-env-assignment option-gone-in-airflow-3 copied-credentials workdir-not-airflow-home architecture-in-path airflow-home-path missing-copy-source root-command-without-root late-pip-settings other-python-in-path airflow-command-gone ineffective-airflow-config unknown-pyenv virtualenv-path-mismatch unavailable-executor old-local-postgres reserved-astro-variable database-in-image runtime-and-dockerfile inexact-manifest-runtime manifest-airflow-mismatch manifest-airflow-unpinned disallowed-registry runtime-below-minimum missing-label forbidden-ignore'
    words=()
    COMPREPLY=()
    # `--option=value` and `CODE=error` come in pieces.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((${#words[@]})) && [[ $word == = || $last == = ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        last=$word
    done
    whole=${words[${#words[@]} - 1]}
    word=$whole
    if ((${#words[@]} > 1)); then
        option=${words[${#words[@]} - 2]}
        case ${words[0]} in catalog|check|completion|config|explain|help|inventory|rules|server|upgrade|version) command=${words[0]} ;; esac
    fi
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        word=${word#*=}
    fi
    before=${whole%"$word"}
    case $command:$option in
        catalog:--today) kind='text' choices='' ;;
        catalog:--catalog) kind='file' choices='' ;;
        check:--select) kind='rule list' choices='' ;;
        check:--ignore) kind='rule list' choices='' ;;
        check:--extend-select) kind='rule list' choices='' ;;
        check:--severity) kind='severity' choices='' ;;
        check:--environment) kind='words' choices='production development' ;;
        check:--exclude) kind='file' choices='' ;;
        check:--stdin-filename) kind='file' choices='' ;;
        check:--build-arg) kind='text' choices='' ;;
        check:--target) kind='text' choices='' ;;
        check:--as-if) kind='text' choices='' ;;
        check:--fixable) kind='rule list' choices='' ;;
        check:--unfixable) kind='rule list' choices='' ;;
        check:--baseline) kind='file' choices='' ;;
        check:--write-baseline) kind='file' choices='' ;;
        check:--add-ignores) kind='text' choices='' ;;
        check:--format) kind='format' choices='text concise json github sarif gitlab junit rdjson markdown checkstyle sonarqube azure json-lines' ;;
        check:-o|check:--output-file) kind='file' choices='' ;;
        check:--color) kind='words' choices='auto always never' ;;
        check:--fail-on) kind='words' choices='error warning info never' ;;
        check:--config) kind='file' choices='' ;;
        check:--today) kind='text' choices='' ;;
        check:--catalog) kind='file' choices='' ;;
        explain:--format) kind='words' choices='text json' ;;
        inventory:--stale-after) kind='text' choices='' ;;
        inventory:--format) kind='format' choices='text json csv markdown html' ;;
        inventory:--fail-within) kind='text' choices='' ;;
        inventory:--repository) kind='text' choices='' ;;
        inventory:--commit) kind='text' choices='' ;;
        inventory:--environment) kind='words' choices='production development' ;;
        inventory:--build-arg) kind='text' choices='' ;;
        inventory:--target) kind='text' choices='' ;;
        inventory:--exclude) kind='file' choices='' ;;
        inventory:--today) kind='text' choices='' ;;
        inventory:--catalog) kind='file' choices='' ;;
        inventory:--config) kind='file' choices='' ;;
        inventory:--color) kind='words' choices='auto always never' ;;
        rules:--format) kind='words' choices='text json markdown' ;;
        server:--today) kind='text' choices='' ;;
        server:--catalog) kind='file' choices='' ;;
        server:--config) kind='file' choices='' ;;
        upgrade:--to) kind='text' choices='' ;;
        upgrade:--format) kind='format' choices='text markdown json' ;;
        upgrade:--environment) kind='words' choices='production development' ;;
        upgrade:--build-arg) kind='text' choices='' ;;
        upgrade:--target) kind='text' choices='' ;;
        upgrade:--exclude) kind='file' choices='' ;;
        upgrade:--today) kind='text' choices='' ;;
        upgrade:--catalog) kind='file' choices='' ;;
        upgrade:--config) kind='file' choices='' ;;
        upgrade:--color) kind='words' choices='auto always never' ;;
        version:--format) kind='words' choices='text json' ;;
        *)
            if [[ $word == -* ]]; then
                case $command in
                catalog) choices='-h --help --today --catalog --isolated' ;;
                check) choices='-h --help --select --ignore --extend-select --severity --environment --no-ignores --online --exclude --no-gitignore --no-project --whole-project --stdin-filename --require-files --skip-unrelated --show-files --build-arg --target --as-if --fix --unsafe-fixes --diff --fix-only --show-fixes --fixable --unfixable --exit-non-zero-on-fix --baseline --write-baseline --add-ignores --format -o --output-file --color --statistics -q --quiet -v --verbose --fail-on --fail-on-lifecycle --exit-zero --config --isolated --show-settings --today --catalog --version' ;;
                completion) choices='-h --help' ;;
                config) choices='-h --help --schema' ;;
                explain) choices='-h --help --all --format' ;;
                help) choices='-h --help' ;;
                inventory) choices='-h --help --merge --stale-after --format --fail-within --repository --commit --environment --build-arg --target --exclude --no-gitignore --today --catalog --config --isolated --color -q --quiet' ;;
                rules) choices='-h --help --format' ;;
                server) choices='-h --help --stdio --today --catalog --config --isolated' ;;
                upgrade) choices='-h --help --to --check --diff --format --environment --build-arg --target --exclude --no-gitignore --today --catalog --config --isolated --color -q --quiet' ;;
                version) choices='-h --help --format --isolated' ;;
                esac
            else
                case $command in
                catalog) kind='words' choices='show update path' ;;
                check) kind='file' choices='' ;;
                completion) kind='words' choices='bash zsh fish' ;;
                config) kind='file' choices='' ;;
                explain) kind='rules' choices='' ;;
                help) kind='words' choices='catalog check completion config explain help inventory rules server upgrade version' ;;
                inventory) kind='file' choices='' ;;
                rules) kind='rules' choices='' ;;
                server) kind='text' choices='' ;;
                upgrade) kind='file' choices='' ;;
                version) kind='text' choices='' ;;
                esac
            fi
            ;;
    esac
    case $kind in
        words) COMPREPLY=($(compgen -W "$choices" -- "$word")) ;;
        rules) COMPREPLY=($(compgen -W "$rules" -- "$word")) ;;
        'rule list')
            last=
            [[ $word == *,* ]] && last=${word%,*},
            COMPREPLY=($(compgen -P "$last" -W "$rules" -- "${word##*,}"))
            ;;
        severity)
            if [[ $word == *=* ]]; then
                COMPREPLY=($(compgen -P "${word%%=*}=" -W 'error warning info off' -- "${word#*=}"))
            else
                COMPREPLY=($(compgen -S = -W "$rules" -- "$word"))
                compopt -o nospace 2> /dev/null
            fi
            ;;
        format) [[ $word == *=* ]] || COMPREPLY=($(compgen -W "$choices" -- "$word")) ;;
        file)
            # With no answer of this generator bash completes files.
            if ((COMP_CWORD == 1)); then
                COMPREPLY=($(compgen -W 'catalog check completion config explain help inventory rules server upgrade version' -- "$word"))
                IFS=$'\n'
                COMPREPLY+=($(compgen -f -- "$word"))
                compopt -o filenames 2> /dev/null
            fi
            ;;
        text) compopt +o default +o bashdefault 2> /dev/null ;;
    esac
    # bash puts an answer in the place of what follows the last `=`, where that breaks words.
    for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
        if [[ $COMP_WORDBREAKS != *=* ]]; then
            COMPREPLY[i]=$before${COMPREPLY[i]}
        elif [[ $word == *=* ]]; then
            COMPREPLY[i]=${COMPREPLY[i]#"${word%=*}="}
        fi
    done
}
complete -o bashdefault -o default -F _astro_lint astro-lint
