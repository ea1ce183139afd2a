"""Write the completion scripts that `astro-lint completion` prints; they hold all that they need to know.

python tools/write_completions.py
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dockerfile_astro_lint.cli.completion import SHELLS, script_path
from dockerfile_astro_lint.cli.main import COMMANDS
from dockerfile_astro_lint.rules.authoring import SEVERITIES
from dockerfile_astro_lint.rules.manual import GROUPS
from dockerfile_astro_lint.rules.selection import all_rules

_KINDS = {
    "CODES": "rule list",
    "CODE|NAME": "rules",
    "CODE=SEVERITY": "severity",
    "NAME[=FILE]": "format",
    "FILE": "file",
    "GLOBS": "file",
    "NAME": "file",
    "PATH": "file",
    "VERSION|FILE": "file",
}
"""How the value that a help text calls so is completed; others are free text."""


class Option(NamedTuple):
    """An option, or with no names what stands for itself; `value` is what its help calls its value.

    `kind` is how that is completed: `flag` (there is none), `words` (one of `choices`), `format` (one of them, perhaps
    with a file), `rules`, `rule list`, `severity`, `file` or `text`. `group` is its title on the help page, if any.
    """

    names: tuple[str, ...]
    kind: str
    help: str = ""
    choices: tuple[str, ...] = ()
    repeats: bool = False
    value: str = ""
    group: str = ""


class Command(NamedTuple):
    name: str
    help: str
    options: tuple[Option, ...]

    @property
    def value(self) -> Option:
        """What stands for itself."""
        return next((option for option in self.options if not option.names), Option((), "text"))


class Words(NamedTuple):
    """All that the scripts know; `rules` are codes, prefixes and names, each with what it says."""

    commands: tuple[Command, ...]
    rules: tuple[tuple[str, str], ...]
    severities: tuple[str, ...]


def bash(words: Words) -> Iterator[str]:
    names = "|".join(command.name for command in words.commands)
    kinds: list[str] = []
    options: list[str] = []
    values: list[str] = []
    for command in words.commands:
        for option in command.options:
            if option.names and option.kind != "flag":
                patterns = "|".join(f"{command.name}:{name}" for name in option.names)
                kinds.append(f"        {patterns}) kind={_quoted(option.kind)} choices={_quoted(*option.choices)} ;;")
        flags = _quoted(*(name for option in command.options for name in option.names))
        options.append(f"                {command.name}) choices={flags} ;;")
        value = command.value
        values.append(
            f"                {command.name}) kind={_quoted(value.kind)} choices={_quoted(*value.choices)} ;;"
        )
    yield from _filled(
        _BASH,
        NAMES=names,
        COMMANDS=_quoted(*(command.name for command in words.commands)),
        RULES=_quoted(*(name for name, _ in words.rules)),
        SEVERITIES=_quoted(*words.severities),
        KINDS="\n".join(kinds),
        OPTIONS="\n".join(options),
        VALUES="\n".join(values),
    )


_BASH = r"""
# Completion of astro-lint for bash: source <(astro-lint completion bash)
_astro_lint() {
    local IFS=$' \t\n' command=check option= kind=words choices= last= whole before word i
    local -a words
    local rules=@RULES@
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
        case ${words[0]} in @NAMES@) command=${words[0]} ;; esac
    fi
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        word=${word#*=}
    fi
    before=${whole%"$word"}
    case $command:$option in
@KINDS@
        *)
            if [[ $word == -* ]]; then
                case $command in
@OPTIONS@
                esac
            else
                case $command in
@VALUES@
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
                COMPREPLY=($(compgen -P "${word%%=*}=" -W @SEVERITIES@ -- "${word#*=}"))
            else
                COMPREPLY=($(compgen -S = -W "$rules" -- "$word"))
                compopt -o nospace 2> /dev/null
            fi
            ;;
        format) [[ $word == *=* ]] || COMPREPLY=($(compgen -W "$choices" -- "$word")) ;;
        file)
            # With no answer of this generator bash completes files.
            if ((COMP_CWORD == 1)); then
                COMPREPLY=($(compgen -W @COMMANDS@ -- "$word"))
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
"""


def zsh(words: Words) -> Iterator[str]:
    cases = []
    for command in words.commands:
        specs = [spec for option in command.options for spec in _zsh_specs(option, command.name)]
        cases.append("\n".join((f"        {command.name})", "            _arguments -s \\", " \\\n".join(specs))))
        cases.append("            ;;")
    yield from _filled(
        _ZSH,
        NAMES="|".join(command.name for command in words.commands),
        COMMANDS=_lines("        ", (_pair(command.name, command.help) for command in words.commands)),
        RULES=_lines("        ", (_pair(*rule) for rule in words.rules)),
        SEVERITIES=" ".join(words.severities),
        CASES="\n".join(cases),
    )


def _zsh_specs(option: Option, command: str) -> Iterator[str]:
    """What `_arguments` is told of an option."""
    actions = {
        "words": f"({' '.join(option.choices)})",
        "rules": "_astro_lint_rules",
        "rule list": "_sequence _astro_lint_rules",
        "severity": "_astro_lint_severity",
        "format": f"_astro_lint_format {' '.join(option.choices)}",
        "file": "_files" if option.names or command != "check" else "_astro_lint_first",
        "text": " ",
    }
    value = "" if option.kind == "flag" else f":{_zsh_text(option.value)}:{actions[option.kind]}"
    if not option.names:
        yield f"                {_single(f'*{value}')}"
    text = _zsh_text(option.help)
    others = f"({' '.join(option.names)})" if len(option.names) > 1 and not option.repeats else ""
    for name in option.names:
        equals = "=" if value and name.startswith("--") else ""
        yield f"                {_single(f'''{others}{'*' * option.repeats}{name}{equals}[{text}]{value}''')}"


def _zsh_text(text: str) -> str:
    return "".join(f"\\{char}" if char in "[]:\\" else char for char in text)


def _pair(word: str, text: str) -> str:
    return _single(f"{word}:{text}")


_ZSH = r"""
#compdef astro-lint
# Completion of astro-lint for zsh: source <(astro-lint completion zsh), or this as _astro-lint in a folder of $fpath.
_astro_lint_rules() {
    local -a rules=(
@RULES@
    )
    _describe -t rules rule rules "$@"
}
_astro_lint_severity() {
    if compset -P '*='; then
        compadd -- @SEVERITIES@
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
@COMMANDS@
    )
    ((CURRENT == 2)) && _describe -t commands command commands
    _files
}
_astro_lint() {
    local command=check
    if ((CURRENT > 2)) && [[ $words[2] == (@NAMES@) ]]; then
        command=$words[2]
        shift words
        ((CURRENT--))
    fi
    case $command in
@CASES@
    esac
}
if [[ $funcstack[1] == _astro-lint ]]; then
    _astro_lint "$@"
else
    compdef _astro_lint astro-lint
fi
"""


def fish(words: Words) -> Iterator[str]:
    lines = [
        f"complete -c astro-lint -n __astro_lint_first -a {command.name} -d {_fish_quoted(command.help)}"
        for command in words.commands
    ]
    for command in words.commands:
        own = f"complete -c astro-lint -n '__astro_lint_in {command.name}'"
        lines += [f"{own}{_fish_option(option)}" for option in command.options]
    yield from _filled(
        _FISH,
        NAMES=" ".join(command.name for command in words.commands),
        RULES=" \\\n".join(f"        {word} {_fish_quoted(text)}" for word, text in words.rules),
        SEVERITIES=" ".join(words.severities),
        LINES="\n".join(lines),
    )


def _fish_option(option: Option) -> str:
    values = {
        "flag": "",
        "words": f" -x -a {_fish_quoted(' '.join(option.choices))}",
        "rules": " -x -a '(__astro_lint_rules)'",
        "rule list": " -x -a '(__astro_lint_list)'",
        "severity": " -x -a '(__astro_lint_severity)'",
        "format": f" -r -F -a {_fish_quoted(' '.join(option.choices))}",
        "file": " -r -F",
        "text": " -x",
    }
    value = values[option.kind]
    if not option.names:
        return value.replace(" -x", "").replace(" -r", "")
    names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
    return f"{names}{value} -d {_fish_quoted(option.help)}"


def _fish_quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


_FISH = r"""
# Completion of astro-lint for fish: astro-lint completion fish | source
function __astro_lint_first
    test (count (commandline -opc)) -eq 1
end
function __astro_lint_in
    set -l before (commandline -opc)
    set -l command check
    if set -q before[2]; and contains -- $before[2] @NAMES@
        set command $before[2]
    end
    test $command = $argv[1]
end
function __astro_lint_rules
    printf '%s\t%s\n' \
@RULES@
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
        for severity in @SEVERITIES@
            echo $rule$severity
        end
    else
        __astro_lint_rules | string replace -- \t =\t
    end
end
complete -c astro-lint -f
@LINES@
"""


def _filled(template: str, **values: str) -> Iterator[str]:
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    yield from template.strip("\n").split("\n")


def _quoted(*words: str) -> str:
    return _single(" ".join(words))


def _single(text: str) -> str:
    """A text in single quotes, for bash and zsh."""
    text = text.replace("'", "'\\''")
    return f"'{text}'"


def _lines(margin: str, texts: Iterable[str]) -> str:
    return "\n".join(margin + text for text in texts)


def words() -> Words:
    """All commands with their options, and all rules."""
    rules = [*GROUPS.items(), *((rule.code, rule.summary) for rule in all_rules())]
    rules += [(rule.name, rule.code) for rule in all_rules()]
    return Words(tuple(map(_command, COMMANDS)), tuple(rules), (*SEVERITIES, "off"))


def _command(name: str) -> Command:
    command = importlib.import_module(f"dockerfile_astro_lint.cli.{name}")
    own: argparse.ArgumentParser = command.page()
    return Command(name, own.description or "", tuple(_options(own, getattr(command, "FORMATS", ()))))


def _options(own: argparse.ArgumentParser, formats: tuple[str, ...]) -> Iterator[Option]:
    groups = {id(action): group.title or "" for group in own._action_groups[2:] for action in group._group_actions}
    for action in own._actions:
        kind = _KINDS.get(str(action.metavar), "text")
        if action.choices:
            kind = "words"
        elif action.nargs == 0:
            kind = "flag"
        choices = formats if kind == "format" else tuple(map(str, action.choices or ()))
        if action.metavar == "COMMAND":
            kind, choices = "words", COMMANDS
        repeats = isinstance(action, argparse._AppendAction)
        value = str(action.metavar or "|".join(choices) or action.dest)
        yield Option(
            tuple(action.option_strings), kind, action.help or "", choices, repeats, value, groups.get(id(action), "")
        )


WRITERS: dict[str, Callable[[Words], Iterator[str]]] = {"bash": bash, "zsh": zsh, "fish": fish}


def scripts() -> dict[Path, str]:
    """The text of every script, by its path."""
    known = words()
    return {Path(script_path(shell)): "".join(f"{line}\n" for line in WRITERS[shell](known)) for shell in SHELLS}
