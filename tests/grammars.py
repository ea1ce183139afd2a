"""Grammars of hostile files: what fuzzers and the comparison with BuildKit's parser make their inputs of.

`§name§` stands for one of the lines of that name, `§+name§` for up to 40 of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Choose = Callable[[Sequence[object]], object]

DOCKERFILE = {
    "file": ["§bom§§directives§§lines§§end§"],
    "bom": ["", "", "", "", "\ufeff"],
    "directives": ["", "", "", "§directive§\n", "§directive§\n§directive§\n"],
    "directive": [
        "# syntax=docker/dockerfile:1", "# escape=`", "#escape = \\", "# ESCAPE=x", "# check=skip=all", "# syntax=",
        "# other=1", "  # escape=`", "#\tescape=`\t", "# escape=\\ ", "#syntax=quay.io/astronomer/airflow-extensions:1",
    ],
    "lines": ["§line§", "§line§\n§lines§", "§line§\n§line§\n§lines§", "§from§\n§lines§",
        "§from§\n§line§\n§line§\n§line§"],
    "line": [
        "§secrets§", "§run§", "§modified§", "§ignores§",
        "§from§", "§from§", "§arg§", "§run§", "§run§", "§copy§", "§env§", "§json§", "§other§", "§heredoc§", "§comment§",
        "", "ONBUILD §run§", "ONBUILD §copy§", "onbuild§s§§json§", "ONBUILD §other§", "ONBUILD §heredoc§", "§broken§",
    ],
    "from": [
        "FROM§s§§image§", "FROM§s§§image§", "FROM§s§§image§ AS §stage§", "from§s§§image§§s§as§s§§stage§",
        "FROM §flag§ §image§", "FROM §flag§§s§§image§ AS §stage§", "FROM", "FROM §image§ §stage§", "FROM §stage§",
    ],
    "image": [
        "https://user:§secret§@quay.io/astronomer/astro-runtime:§tag§", "quay.io/astronomer/astro-runtime:$A_TOKEN",
        "quay.io/astronomer/astro-runtime:§tag§", "astrocrpublic.azurecr.io/runtime:§tag§", "python:3.12", "scratch",
        "quay.io/astronomer/astro-runtime:§word§", "§word§", "quay.io/astronomer/runtime:§tag§", "$BASE", "${V:-a}",
        "quay.io/astronomer/astro-runtime:§c§§tag§", "$R:§tag§", "quay.io/astronomer/astro-runtime:$V",
    ],
    "tag": [
        "13.11.0", "13.7.0-slim-python-3.12", "12.1.0-base-python-3.11", "3.1-12-slim", "3.1", "3.0.4", "v13.1.0",
        "13.1.0-onbuild", "3.2-1", "13.5.0", "13.11.0-base", "3.1-21-ubi9", "latest", "10.0.0-slim",
        "13.11.0-base-base",
    ],
    "stage": ["base", "Base", "final", "1", "a-b_c.d", "é", "0", "a b"],
    "arg": [
        "ARG§s§V=§tag§", "ARG V", "ARG V=§word§", "ARG BASE=§image§", "ARG§s§A=1§s§B=§word§", "ARG =1", "ARG",
        "ARG V='§tag§'", 'ARG V="§tag§"', "ARG R=quay.io/astronomer/astro-runtime", "ARG A=$V §c§B=${A:-§word§}",
    ],
    "run": [
        "RUN§s§§shell§", "RUN §flag§ §shell§", "RUN §shell§ §c§ && §shell§",
        "RUN §shell§ §c§  && §shell§ §c§  && §shell§",
        "RUN", "RUN§s§", "RUN # §shell§", "RUN §word§", "run §shell§",
    ],
    "shell": [
        "apt-get install -y git", "pip install -r requirements.txt", "echo §word§", "true", "cat <<<x", "a; b", "a | b",
        "install-system-packages", "echo $((1<<2))", "pip install apache-airflow==2.9.0", "echo 'a", 'echo "a b"',
        "printf '#' # c", "echo \\\\", "echo a\\ b", "echo §u§", "airflow db init",
    ],
    "copy": [
        "COPY§s§. .", "COPY requirements.txt .", "COPY §flag§ a b", "COPY --chown=airflow:0 a b", "ADD a b",
        "COPY --from=base /a /b", 'COPY ["a", "b"]', 'COPY ["a b", "c"', "COPY a", "COPY §word§ §word§",
        "COPY dags /usr/local/airflow/dags", "COPY .env .", "ADD --link a b", "COPY --chown=astro:0 . .",
    ],
    "env": [
        "ENV A=1", "ENV A 1", "ENV A=1 B=2", "ENV A = 1", "ENV§s§A=§word§", "ENV A='a b' B=\"c d\"", "ENV A=a\\ b",
        "ENV A", "ENV =1", "LABEL a=1§s§b=§word§", "LABEL a b c", "ENV AIRFLOW_CORE__DAG_CONCURRENCY=1", "ENV §word§",
        "ENV A=1 §c§  B=2 §c§  C=§word§", "ENV AIRFLOW__CORE_SQL_ALCHEMY_CONN=x",
    ],
    "json": [
        'CMD ["a", "b"]', 'CMD ["a"', "CMD a b", "CMD []", 'ENTRYPOINT ["a",1]', 'SHELL ["/bin/bash", "-c"]', "SHELL a",
        'VOLUME ["/a", ""]', "VOLUME a b", 'RUN ["a", "b"] ', 'CMD [ "\\u00e9" ]', 'CMD ["a\\"b"]', 'CMD ["é"]', "CMD",
        'ENTRYPOINT ["a"]', "CMD [§word§]", 'CMD§s§["§word§"]', "RUN [ -f a ] && b",
    ],
    "other": [
        "USER root", "USER astro", "USER airflow", "USER", "USER a b", "WORKDIR /a b", "WORKDIR§s§/opt/airflow",
        "EXPOSE 80 81",
        "STOPSIGNAL 9", "MAINTAINER a b", "HEALTHCHECK NONE", "HEALTHCHECK --interval=5s CMD a", "HEALTHCHECK CMD [1]",
        "HEALTHCHECK --retries=3 CMD a b", "PYENV 3.11 x", "PYENV  3.11 x", "RUNN a", "§word§ a", "USER§s§0:0",
        "EXPOSE",
        "HEALTHCHECK a", "§u§USER a", "USER§u§ a",
    ],
    "heredoc": [
        "RUN <<EOF\na\nEOF", "RUN <<-EOF\n\ta\n\tEOF", "COPY <<A <<B /x\na\nA\nb\nB", "RUN cat <<'EOF' > /x\n$a\nEOF",
        'RUN <<"E F"\nE F', "RUN 3<<EOF\nFROM x\nEOF", "RUN <<EOF\na", "RUN <<<EOF", "RUN <<E§c§OF\nEOF", "RUN \\<<EOF",
        "RUN '<<EOF'", "COPY §flag§ <<EOF /a\nb\nEOF", "CMD <<EOF", "ADD <<EOF§s§/a\n§line§\nEOF", "RUN a<<EOF\nEOF",
        "RUN <<EOF && b\n§line§\n§line§\nEOF\nUSER a", 'RUN ["<<EOF"]', "RUN <<EOF \\\n&& b\nEOF", "RUN <<EOF#\nEOF#",
        "RUN <<'E'OF\nEOF", "RUN <<EOF;\nEOF;", "RUN << EOF\nEOF",
    ],
    "comment": [
        "§ignores§", "# DB_PASSWORD=§secret§",
        "# a", "  # a \\", "#", "# escape=`", "# astro-lint: ignore[AST103] x", "#§u§", "# syntax=x", "\t# <<EOF",
        "# FROM a", "\v# a", "\f",
    ],
    "broken": ["\\", "\\\n", "`", '"', "'", "§word§", "§c§", "§word§§c§§word§", "[", "--a", "FROM §c§", "§u§", "\t \t"],
    "flag": [
        "--platform=linux/amd64", "--platform=$BUILDPLATFORM", "--from=base", "--mount=type=bind,from=base", "--link",
        "--chown=a:b", "--", "--x", '--a="b c"', "--a=b\\ c", "--network=none", "--a= ", "--platform=linux/§word§",
        "--link=no",
    ],
    "word": [
        "${V§modifier§}", "${V§modifier§}", "§control§", "$A_TOKEN",
        "a", "§word§§word§", "$V", "${V}", "${V:-§word§}", "${V:+b}", "${V#a}", "${V/a/b}", "'§word§'", '"§word§"',
        "\\§word§",
        "é", "\\", "`", "=", "<<", "#", "--", ".", "$", "${", "}", "§tag§", "§u§", "a=b", "0", "''", '""', "@", ",",
    ],
    "s": [" ", " ", " ", "  ", "\t", " \t", " §c§", " §c§  ", "\v", "\f"],
    "c": ["\\\n", "\\ \n", "\\\t\n", "\\\n# inside\n", "\\\n\n", "\\\n  # a \\\n", "`\n", "\\\\\n", "\\\r\n",
        "\\\n\n\n# a\n\n"],
    "u": [
        "§control§", "§control§","\u00a0", "\u2028", "\u3000", "\x85", "\x1c", "\u200b", "\ufeff", "é", "\U0001f680",
        "ſ", "\u212a", "\x7f",
        "\x1b"],
    "end": ["\n", "\n", "\n", "", "\\", "\n\n", " \\\n", "\r\n"],
    # What an attack found: modifiers that BuildKit does not look at, secrets, ignore comments, control characters.
    "modifier": [
        ":1", ":0:3", ": -3", ":-3:1", ":=§word§", ":=y", "=§word§", ":?§word§", "^^", ",,", "@Q", "!", ":§word§",
        "[1]",
        "##*§word§", "%§word§", "/#a/§word§", "//a*b*/§word§", ":1:<<EOF", ":-<<EOF",
    ],
    "modified": [
        "RUN v=${V§modifier§} && cat <<EOF > /x\n§line§\n§line§\nEOF", "COPY <<EOF ${V§modifier§}\n§line§\nEOF",
        "ADD ${V§modifier§} <<EOF /x\n§line§\nEOF", "ONBUILD RUN cat ${V§modifier§} <<EOF\n§line§\nEOF",
        "RUN v=${V§modifier§} cat <<EOF\n§line§", "USER ${V§modifier§}", "WORKDIR /${V§modifier§}",
        "ENV A=${V§modifier§}",
        "EXPOSE ${V§modifier§}", "FROM ${V§modifier§}", "ARG A=${V§modifier§}",
    ],
    "secret": [
        "Hush1ling", "Hush1ling", "Hush2ling", "xHush3ling", "Hush4ling:x", "ghp_Hush5lingHush5lingHush5lingHush5ling0",
    ],
    "secrets": [
        "ENV DB_PASSWORD=§secret§", "ENV DB_PASSWORD= §secret§", "ENV DB_PASSWORD = §secret§",
        "ENV DB_PASSWORD §secret§",
        "ENV A_TOKEN=Hush1ling B=§word§Hush1ling", "ENV A_TOKEN='§secret§' C", 'ENV A_TOKEN="§secret§ C',
        "ARG A_TOKEN=§secret§",
        "ARG A_TOKEN = §secret§", "LABEL api_token = §secret§", "ENVV DB_PASSWORD §secret§", "WORKDIR /${A_TOKEN}",
        "ENV §c§A_TOKEN=§secret§", "ENV A=1 §c§A_TOKEN=§secret§ §c§C", "USER $DB_PASSWORD", "ENV A_TOKEN=${V}§secret§",
        "RUN export X_PASSWORD=§secret§ && §shell§", "RUN curl https://user:§secret§@host/x && §shell§",
        "RUN deploy --db-password §secret§ && §shell§", "RUN curl -u loader:§secret§ https://host && §shell§",
        "RUN <<EOF\nexport X_PASSWORD=§secret§\n§shell§\nEOF", "RUN <<EOF\nexport X_PASSWORD=§secret§",
        "COPY --bad <<EOF /a\npassword: §secret§\nEOF", "ENV CONN=postgres://user:§secret§@host/db C",
        "ENV A='{\"password\": \"§secret§\"}' C", "ENV§s§A_TOKEN=Hush1ling§s§B=Hush1ling C", "PASSWORD=§secret§ x",
        "ENV§+manysecrets§",
    ],
    "manysecrets": [" A_TOKEN=§secret§", " §c§ B_PASSWORD=§secret§"],
    "ignores": [
        "#§+begun§", "# astro-lint: ignore[§+codes§] DB_PASSWORD=§secret§", "# astro-lint: ignore[AST103§control§] x",
        "# astro-lint: ignore-file[§codes§AST001]", "# astro-lint: ignore[AST1O3] a reason", "# astro-lint: ignore[]",
        "# astro-lint:ignore[floating-tag]", "# astro-lint: ignore[§word§] §word§",
    ],
    "begun": [" # astro-lint: ignore[", "# astro-lint: ignore[", " astro-lint: ignore[AST001"],
    "codes": ["AST103,", " AST102 ,", "floating-tag,", "AST999,", ",", "AST1,", "é,", "AST001, AST614,"],
    "control": [
        "\x1b[31m", "\x1b]0;x\x07", "\x9b31m", "\u202e", "\u2066x\u2069", "\u200f", "\x08", "\x00", "\x07", "\u2028",
        "::error::x", "%0A", "##[error]x",
    ],
}  # fmt: skip

COMMON = {
    "secret": DOCKERFILE["secret"],
    "control": DOCKERFILE["control"],
    "ignores": DOCKERFILE["ignores"],
    "begun": DOCKERFILE["begun"],
    "codes": DOCKERFILE["codes"],
    "u": DOCKERFILE["u"],
    "word": ["a", "0", "-", "é", "§control§", "=", "$V", "'", '"', "\\", "#", "[", "]", " "],
    "n": ["\n", "\n", "\n", "\n", "\r\n", "\r"],
    "digits": ["9§+nines§", "0x§+nines§", "1_0", "1e999", "0b1", "-9"],
    "nines": ["9" * 200, "9"],
}  # fmt: skip

REQUIREMENTS = {
    **COMMON,
    "file": ["§coding§§lines§"],
    "coding": ["", "", "", "# coding: idna§n§", "# coding: utf-7§n§", "# coding: latin-1§n§", "# coding: undefined§n§",
        "\ufeff"],
    "lines": ["§line§§n§", "§line§§n§§lines§", "§line§§n§§line§§n§§lines§", "§line§"],
    "line": [
        "pandas", "apache-airflow§version§", "apache-airflow-providers-amazon§version§", "§package§§version§§marker§",
        "§package§§version§ §c§§package§", "§ignores§", "# astro-lint: none", "-r other.txt", "-e .",
        "--hash=sha256:a", "",
        "--extra-index-url https://user:§secret§@host/simple", "x @ git+https://§secret§@host/x.git", "-c §package§",
        "apache-airflow @ https://user:§secret§@host/a.zip§marker§", "--password §secret§",
        "§package§[§+extra§x]§version§",
        "# DB_PASSWORD=§secret§", "sqlalchemy>=2", "§word§§word§", "astro-lint: §+begun§",
        "§package§==1§n§§package§==2",
        "--constraint https://raw.githubusercontent.com/apache/airflow/constraints-2.9.0/constraints-3.11.txt",
    ],
    "package": ["a", "apache-airflow", "pandas", "openlineage-airflow", "apache-airflow-providers-http", "é", "§word§",
        "apache_airflow", "virtualenv"],
    "version": ["", "==2.1.0", "==§digits§", ">=2,<3", "===x", "~=§word§", "==2.*", "!=1", ">= 3.0", "==3.1.7"],
    "marker": ["", "", " ; python_version < '3'", "; §word§", ' ; extra == "a"', " # §word§", " ;"],
    "extra": ["a,", "b ,", "§word§,"],
    "c": ["\\\n", "\\\r\n", "\\\n# c\n", "\\ \n"],
}  # fmt: skip

PYTHON = {
    **COMMON,
    "file": ["§coding§§lines§"],
    "coding": ["", "", "", "", "# coding: idna§n§", "# coding: utf-7§n§", "# -*- coding: latin-1 -*-§n§", "\ufeff",
        "#!/bin/sh§n§# coding: §word§§n§"],
    "lines": ["§line§§n§", "§line§§n§§lines§", "§line§§n§§line§§n§§lines§", "§line§"],
    "line": [
        "import imp", "import imp§noqa§", "§+imp§", "from airflow.operators.bash import BashOperator§noqa§",
        "from airflow import DAG, §+names§ x", "from airflow import (§n§ §+names§§n§)",
        "import imp; x = \"\"\"§n§a\"\"\"§noqa§",
        "from §module§ import §+names§ y§noqa§", "import §module§ as é", "x = §digits§", "def f():§n§ import imp§noqa§",
        "try:§n§ import imp§n§except ImportError:§n§ pass", "if sys.version_info < (3, §digits§):§n§ import imp",
        'password = "§secret§"', 'import imp; d = {"api_token": "§secret§"}', "import imp  # DB_PASSWORD=§secret§",
        "§ignores§",
        'DAG("x", schedule_interval="@daily", §names§ fail_stop=1)', "class P(AirflowPlugin):§n§ appbuilder_views = []",
        "x = 'a\\§n§b'; import imp", "import \\§n§ imp§noqa§", "from \\§n§ §module§ import \\§n§ x",
        "§word§ = §word§", "",
        '@task.venv("§word§")', "import imp; imp.reload(x)", "__import__('imp')", "f'{__import__(\"imp\")}§noqa§'",
        "imp.a",
        "x = conf.get('core', '§word§')", "x = (§+brackets§", "from airflow.providers.§word§ import x", "\f§line§",
    ],
    "module": ["imp", "airflow", "airflow.models", "airflow.utils.dates", "airflow.hooks.S3_hook", "distutils.util",
        "cgi",
        "airflow.operators.python", "airflow.sensors.external_task", "airflow.providers.amazon.aws.hooks.s3", "a.b",
        "airflow.decorators", "airflow.sdk", "airflow.contrib.hooks.x", "é", "."],
    "names": ["DAG,", "a as b,", "days_ago,", "BaseOperator,", "task,", "Variable, ", "é,", "conf,", "Dataset as D,"],
    "imp": ["import imp; ", "é = 1; import imp; ", "from airflow import ", "import imp, "],
    "noqa": ["", "", "  # noqa", "  # noqa: AST401,E501", "  # astro-lint: ignore[AST401] §word§", "  # NOQA:§word§",
        "  # noqa: AST405 # astro-lint: ignore[AST4O1] DB_PASSWORD=§secret§", "  §ignores§"],
    "brackets": ["(", "[", ")", "{"],
}  # fmt: skip

TOML = {
    **COMMON,
    "file": ["§table§§lines§", "§lines§", "§table§§lines§§table§§lines§"],
    "table": ["", "[§key§]§n§", "[[§key§]]§n§", "[tool.astro]§n§", "[project]§n§", "[build-args]§n§",
        "[per-file-ignores]§n§",
        "[tool.astro-lint]§n§", "[astro-lint]§n§", "[§+part§a]§n§"],
    "lines": ["§line§§n§", "§line§§n§§lines§", "§line§§n§§line§§n§§lines§", "§line§"],
    "line": ["§key§ = §value§", "§known§ = §value§", "§known§ = §strings§", "§key§ = { §key§ = §value§ }", "§comment§",
        "§+part§a = §value§", "build-args.DB_PASSWORD = '§secret§'", "DB_PASSWORD §secret§", "§word§",
        'runtime = "§runtime§"',
        'dockerfile = "Dockerfile"', 'dependencies = ["apache-airflow==§runtime§", §value§]', "exclude = [§+nested§]",
        "x = [§+brackets§", "catalog = 'https://user:§secret§@host'"],
    "known": ["select", "ignore", "extend-select", "target", "exclude", "environment", "fail-on", "severity", "mirrors",
        "maintenance-notice-days", "build-args", "per-file-ignores", "environments", "catalog", "require-ignore-reason",
        "allowed-registries", "minimum-runtime", "required-labels", "forbid-ignores", "fixable", "extend", "locked"],
    "key": ["a", '"a.b"', "'é'", "§word§", "a . b", "tool.astro", "tool.astro-lint", "§+part§b", '"\\u00e9"', '""'],
    "part": ["a.", "a . ", '"a".', "é."],
    "value": ["1", "true", '"§word§"', "§digits§", '\"\"\"§n§§word§\"\"\"', "[§value§, §value§]", "{}",
        "nan", "[]",
        "1979-05-27", '"\\ud800"', "{ a = §value§ }", '"§control§"', "0x§+nines§", "1.5"],
    "strings": ['["AST1", "§word§"]', '"AST105 §+spaces§ ,AST102"', '["**/*§+stars§b"]', '{ AST103 = "off" }',
        '"error"'],
    "runtime": ["3.1-12", "3.1", "13.11.0", "3.1.*", "latest", "§word§", "3.1-12-slim"],
    "comment": ["# §word§", "# DB_PASSWORD=§secret§", "§ignores§"],
    "brackets": ["[", "{a=", "[["],
    "nested": ['"§+folders§*", ', '"a/**", ', '"§word§", '],
    "folders": ["*/", "**/", "a/", "?*/", "{a,b}/", "[a-z]/", "[z-a]/"],
    "stars": ["a*", "*a", "?", "**"],
    "spaces": [" " * 40, "\t"],
}  # fmt: skip

SETUP_CFG = {
    **TOML,
    "file": ["[astro-lint]§n§§lines§", "[§word§]§n§§lines§[astro-lint]§n§§lines§", "§lines§[astro-lint]§n§§lines§"],
    "line": ["§known§ = §plain§", "§known§ =§n§  §plain§§n§  §plain§", "§known§ : §plain§", "§known§",
        "DB_PASSWORD §secret§",
        "[astro-lint.severity]", "AST103 = off", "[astro-lint.build-args]", "DB_PASSWORD = §secret§", "  §word§",
        "# §word§",
        "[flake8]", "max-line-length = %d", "§known§ =§+spaces§", "[astro-lint", ""],
    "plain": ["AST1, segment-order", "§word§", "%(a)s", "%", "yes", "3", "§digits§", "legacy/** = AST301",
        "AST105§+spaces§,AST102",
        "§+stars§b", "${a}"],
}  # fmt: skip

IGNORE_FILE = {
    **COMMON,
    "file": ["§lines§"],
    "lines": ["§line§§n§", "§line§§n§§lines§", "§line§§n§§line§§n§§lines§", "§line§"],
    "line": ["§not§§glob§", "§not§/§glob§", "§not§§glob§/", "§not§§glob§/§glob§", "# §word§", "§ignores§", "\\", "!",
        "!!", "/", "",
        "[z-a]", "\\ ", "a\\ ", "!\\", "*§+stars§b", "[", "[!", "[]", "[^]", "**", "/**/", "dags", "dags/**",
        "!dags/a.py",
        "Dockerfile*", "requirements.txt # DB_PASSWORD=§secret§", "!/", "a//b", "..", "../a", "./dags"],
    "not": ["", "", "", "!", "\\!"],
    "glob": ["*", "**", "?", "a", "[a-z]", "[!a]", "[[:alpha:]]", "[z-a]", "\\*", "\\", "*.py", "d*gs", "in[a-z]*",
        "§word§", "§+stars§b",
        "dags", "**/*.py", "{a,b}"],
    "stars": ["a*", "*a", "?", "**", "*"],
}  # fmt: skip

SHELL = {
    **DOCKERFILE,
    "file": ["§script§", "§script§\n§script§"],
    "script": ["§shell§", "§shell§ && §script§", "§shell§ || §script§", "( §script§ )", "{ §script§; }",
        "$(§script§)", "`§script§`",
        "if §shell§; then §script§; fi", "for i in §word§; do §script§; done", "sh -c '§script§'", 'bash -c "§script§"',
        "cat <<EOF\n§script§\nEOF", "bash <<'E'\n§script§\nE", "§shell§ | §script§", "f() { §script§; }; f",
        "a=(§word§ §word§)",
        "case §word§ in §word§) §script§;; esac", "§shell§ §c§ §script§", "export A_TOKEN=§secret§; §script§",
        "§secrets§",
        "[[ §word§ ]] && §script§", "$((§word§))", "xargs §shell§", "sudo §shell§", "env A=§word§ §shell§",
        "cd §word§; §script§",
        "${V§modifier§}", "a <(§script§) >(§script§)", "eval '§script§'", "§+many§"],
    "many": ["( ", "{ ", "$( ", "a; ", "`", "'", "<<A ", "${a:-"],
}  # fmt: skip

GRAMMARS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "dockerfile": DOCKERFILE,
    "suppression": DOCKERFILE,
    "requirements": REQUIREMENTS,
    "dockerignore": IGNORE_FILE,
    "gitignore": IGNORE_FILE,
    "imports": PYTHON,
    "config-toml": TOML,
    "config-pyproject": TOML,
    "config-setup-cfg": SETUP_CFG,
    "toml": TOML,
    "shell": SHELL,
}
"""By the name of a target in `invariants.CHECKS`."""

_PARTS = {
    id(grammar): {name: [re.split("§([+]?[a-z]+)§", text) for text in texts] for name, texts in grammar.items()}
    for grammar in GRAMMARS.values()
}


def expand(grammar: Mapping[str, Sequence[str]], choose: Callable[[Sequence[list[str]]], list[str]], limit: int) -> str:
    """A text by a grammar; `choose` picks one of several lines; no more is added once there are `limit` characters."""
    parts = _PARTS[id(grammar)]
    out: list[str] = []
    size = 0

    def add(name: str, depth: int) -> None:
        nonlocal size
        options = parts[name]
        if depth > 8 or size > limit:
            options = [option for option in options if len(option) == 1] or options
        if depth > 40:
            return
        for at, part in enumerate(choose(options)):
            if not at % 2:
                out.append(part)
                size += len(part)
            elif part.startswith("+"):
                for _ in choose(_COUNTS):
                    add(part[1:], depth + 1)
            else:
                add(part, depth + 1)

    add("file", 0)
    return "".join(out)


_COUNTS = [[""] * count for count in (0, 1, 1, 2, 2, 3, 3, 5, 8, 40)]
