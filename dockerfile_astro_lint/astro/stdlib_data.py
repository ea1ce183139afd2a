"""Modules that left the standard library. Written by tools/bundle_tables.py, not by hand."""

# module|first Python without it|what to use
REMOVED = """\
formatter|3.10|
parser|3.10|
symbol|3.10|
binhex|3.11|none
asynchat|3.12|asyncio
asyncore|3.12|asyncio
distutils|3.12|setuptools, packaging.version, sysconfig, shutil
imp|3.12|importlib (importlib.util, importlib.reload, importlib.machinery)
smtpd|3.12|aiosmtpd
aifc|3.13|
audioop|3.13|audioop-lts
cgi|3.13|email.message, urllib.parse or legacy-cgi
cgitb|3.13|
chunk|3.13|
crypt|3.13|bcrypt, argon2-cffi or passlib
imghdr|3.13|filetype or puremagic
lib2to3|3.13|libcst or parso
mailcap|3.13|
msilib|3.13|
nis|3.13|
nntplib|3.13|pynntp
ossaudiodev|3.13|
pipes|3.13|subprocess, shlex.quote
sndhdr|3.13|filetype
spwd|3.13|
sunau|3.13|
telnetlib|3.13|telnetlib3 or exscript
uu|3.13|base64, binascii
xdrlib|3.13|standard-xdrlib
"""
