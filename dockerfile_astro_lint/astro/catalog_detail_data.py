"""What else is known of builds and series: written by tools/bundle_catalog.py, not by hand."""

# ruff: noqa: E501

# version|how it is known|what its day stands for|channel|end of basic support
BUILDS = """\
3.0.0|release notes|||
3.0.1|release notes|||
3.0.2|release notes|||
3.0.3|release notes|||
3.0.4|release notes|||
4.0.0|release notes|||
4.0.1|release notes|||
4.0.2|release notes|||
4.0.3|release notes|||
4.0.4|release notes|||
4.0.5|release notes|||
4.0.6|release notes|||
4.0.7|release notes|||
4.0.8|release notes|||
4.0.9|release notes|||
4.0.10|release notes|||
4.0.11|release notes|||
4.1.0|release notes|||
4.2.0|release notes|||
4.2.1|release notes|||
4.2.2|release notes|||
4.2.4|release notes|||
4.2.5|release notes|||
4.2.6|release notes|||
4.2.7|release notes|||
4.2.8|release notes|||
4.2.9|release notes|||
5.0.0|release notes|||
5.0.1|release notes|||
5.0.2|release notes|||
5.0.3|release notes|||
5.0.4|release notes|||
5.0.5|release notes|||
5.0.6|release notes|||
5.0.7|release notes|||
5.0.8|release notes|||
5.0.9|release notes|||
5.0.10|release notes|||
5.0.11|release notes|||
5.0.12|release notes|||
5.0.13|release notes|||
5.1.0|release notes|||
5.2.0|release notes|||
5.2.1|release notes|||
5.3.0|release notes|||
5.4.0|release notes|||
5.5.0|release notes|||
6.0.0|release notes|||
6.0.1|release notes|||
6.0.2|release notes|||
6.0.3|release notes|||
6.0.4|release notes|||
6.0.5|release notes|||
6.1.0|release notes|||
6.2.0|release notes|||
6.2.1|release notes|||
6.3.0|release notes|||
6.4.0|release notes|||
6.5.0|release notes|||
6.6.0|release notes|||
6.7.0|release notes|||
6.8.0|release notes|||
6.9.0|release notes|||
6.9.1|release notes|||
6.9.2|release notes|||
6.10.0|release notes|||
7.0.0|release notes|||
7.1.0|release notes|||
7.2.0|release notes|||
7.3.0|release notes|||
7.4.0|release notes|||
7.4.1|release notes|||
7.4.2|release notes|||
7.4.3|release notes|||
7.5.0|release notes|||
7.6.0|release notes|||
8.0.0|release notes|||
8.1.0|release notes|||
8.2.0|release notes|||
8.3.0|release notes|||
8.4.0|release notes|||
8.5.0|release notes|||
8.6.0|release notes|||
8.7.0|release notes|||
8.8.0|release notes|||
8.9.0|release notes|||
8.10.0|release notes|||
9.0.0|release notes|||
9.1.0|live feed 2026-09-25||deprecated|
9.2.0|release notes|||
9.3.0|release notes|||
9.4.0|release notes|||
9.5.0|release notes|||
9.6.0|release notes|||
9.7.0|release notes|||
9.8.0|release notes|||
9.9.0|release notes|||
9.10.0|release notes|||
9.10.1|release notes|||
9.10.2|release notes|||
9.11.0|release notes|||
9.12.0|release notes|||
9.13.0|release notes|||
9.14.0|release notes|||
9.15.0|release notes|||
9.16.0|release notes|||
9.17.0|release notes|||
9.18.0|release notes|||
9.19.0|release notes|||
9.19.1|release notes|||
9.19.2|release notes|||
9.19.3|release notes|||
9.19.4|release notes|||
9.19.5|release notes|||
9.20.0|release notes|||
9.21.0|release notes|||
10.0.0|release notes|||
10.1.0|release notes|||
10.2.0|release notes|||
10.3.0|release notes|||
10.4.0|release notes|||
10.5.0|release notes|||
10.6.0|release notes|||
10.7.0|release notes|||
10.8.0|release notes|||
10.9.0|release notes|||
11.0.0|live feed 2026-09-25||deprecated|
11.1.0|release notes|||
11.2.0|release notes|||
11.3.0|release notes|||
11.4.0|release notes|||
11.5.0|release notes|||
11.6.0|release notes|||
11.7.0|release notes|||
11.8.0|release notes|||
11.9.0|seen in use|first seen||
11.10.0|seen in use|||
11.12.0|seen in use|||
11.13.0|seen in use|first seen||
11.15.0|seen in use|||
11.15.1|seen in use|first seen||
11.18.0|seen in use|||
11.20.0|seen in use|||
12.0.0|seen in use|first seen||
12.1.0|seen in use|first seen||
12.1.1|seen in use|first seen||
12.2.0|seen in use|first seen||
12.3.0|seen in use|first seen||
12.4.0|seen in use|first seen||
12.5.0|seen in use|first seen||
12.6.0|seen in use|first seen||
12.7.0|seen in use|first seen||
12.7.1|seen in use|first seen||
12.8.0|seen in use|first seen||
12.9.0|seen in use|||
12.10.0|seen in use|||
12.11.0|seen in use|||
12.12.0|live feed 2026-09-25||deprecated|
13.0.0|seen in use|first seen||
13.1.0|seen in use|first seen||
13.2.0|seen in use|||
13.3.0|seen in use|||
13.4.0|seen in use|first seen||
13.5.0|live feed 2026-09-25||stable|
13.5.1|seen in use|||
13.6.0|seen in use|||
13.7.0|seen in use|first seen||
13.8.0|seen in use|||
13.9.0|seen in use|||
13.10.0|live feed 2026-09-25||stable|
13.11.0|live feed 2026-09-25||stable|
3.0-1|seen in use|||
3.0-2|seen in use|first seen||
3.0-3|seen in use|||
3.0-4|seen in use|first seen||
3.0-5|seen in use|first seen||
3.0-6|seen in use|||
3.0-7|seen in use|first seen||
3.0-8|seen in use|first seen||
3.0-9|seen in use|first seen||
3.0-10|seen in use|first seen||
3.0-11|seen in use|||
3.0-12|seen in use|||
3.0-13|seen in use|||
3.0-14|seen in use|||
3.0-17|live feed 2026-09-25||stable|2027-10-30
3.0-18|live feed 2026-09-25||stable|2027-10-30
3.1-1|seen in use|first seen||
3.1-2|seen in use|first seen||
3.1-3|seen in use|first seen||
3.1-4|seen in use|first seen||
3.1-5|seen in use|first seen||
3.1-7|seen in use|||
3.1-8|live feed 2026-09-25||stable|2028-03-30
3.1-9|seen in use|first seen||
3.1-10|seen in use|||
3.1-11|seen in use|||
3.1-12|seen in use|first seen||
3.1-13|seen in use|first seen||
3.1-14|seen in use|first seen||
3.1-15|seen in use|||
3.1-16|seen in use|||
3.1-17|seen in use|||
3.1-21|live feed 2026-09-25||stable|2028-03-30
3.2-1|live feed 2026-09-25||stable|2028-10-30
3.2-2|live feed 2026-09-25||stable|2028-10-30
3.2-3|seen in use|first seen||
3.2-4|seen in use|first seen||
3.2-5|seen in use|first seen||
3.2-6|seen in use|||
3.2-9|seen in use|||
3.2-10|live feed 2026-09-25||stable|2028-10-30
3.3-1|live feed 2026-09-25||stable|2029-01-31
3.3-2|live feed 2026-09-25||stable|2029-01-31
3.3-3|seen in use|||
3.3-4|seen in use|||
3.3-5|seen in use|||
3.3-6|seen in use|||
3.3-7|seen in use|||
3.3-8|live feed 2026-09-25||stable|2029-01-31
"""

# series|operating system|architectures|Postgres|-ubi9 images|notes
SERIES = """\
3|||||Python/OS/Postgres rows not documented. Beware: AF2-family tag "3.0.4" is Airflow 2.1.1; "3.0-4" is Airflow 3.0.
4|Debian 11.1 (bullseye)|amd64|||first 4.0.0 is 2021-10-12 by release notes; lifecycle table dates the LTS 4.2.0 (2022-03-10). packages.txt comments allowed from 4.2.9
5|Debian 11.3 (bullseye)|amd64|10, 11, 12, 13||
6|Debian 11.5 (bullseye)|amd64, arm64|10, 11, 12, 13||multi-arch only from 6.0.4; packages.txt comments allowed from 6.1.0
7|Debian 11.5 (bullseye)|amd64, arm64|11, 12, 13, 14, 15||
8|Debian 11.7 (bullseye)|amd64, arm64|11, 12, 13, 14, 15||
9|Debian 11.7 (bullseye)|amd64, arm64|11, 12, 13, 14, 15||first series with -python-X.Y images
10|Debian 11.8 (bullseye)|amd64, arm64|12, 13, 14, 15, 16||
11|Debian 11.8 (bullseye); Debian 12 (bookworm) for 11.13.0 <= v < 11.15.0 per PYENV frontend|amd64, arm64|12, 13, 14, 15, 16|from 11.13.0, experimental|
12|Debian 12 (bookworm) per PYENV frontend (>=12.0.0)|amd64, arm64|12, 13, 14, 15, 16|from 12.3.0, official from 12.5.0|
13|Debian 12 (bookworm), inferred (PYENV frontend >=12.0.0)|amd64, arm64|12, 13, 14, 15, 16|from 13.0.0, official|
3.0|Debian 12 (bookworm)|amd64, arm64|13, 14, 15, 16, 17|from 3.0-1, official|
3.1|Debian 12 (bookworm)|amd64, arm64|13, 14, 15, 16, 17|from 3.1-1, official|
3.2||amd64, arm64|14, 15, 16, 17, 18|from 3.2-1, official|
3.3||amd64, arm64|14, 15, 16, 17, 18|from 3.3-1, official|
"""
