"""kubectl's flag grammar: what is read from an argument list, and what is said of one that is wrong."""

from __future__ import annotations

import pytest
from kubesim.cli import pflag
from kubesim.cli.pflag import Flag, FlagError, FlagSet, Parsed
from kubesim.errors import UserError
from kubesim.golang.durations import duration_text
from kubesim.golang.quoting import quote

FLAGS = (
    Flag("all-namespaces", "A", bool),
    Flag("watch", "w", bool),
    Flag("server-print", type=bool, default=True),
    Flag("output", "o"),
    Flag("namespace", "n"),
    Flag("dry-run", default="none", no_option_default="unchanged"),
    Flag("replicas", "r", "int32", default=1),
    Flag("to-revision", type=int),
    Flag("filename", "f", "strings"),
    Flag("from-literal", type="array"),
    Flag("timeout", type="duration"),
    Flag("requests", type="map"),
    Flag("aggregation-rule", type="pairs"),
    Flag("vmodule", type="vmodule"),
    Flag("cpu-percent", type=int, deprecated="Use --cpu"),
)


def read(*argv: str) -> Parsed:
    return pflag.parse(argv, FlagSet(FLAGS))


@pytest.mark.parametrize(
    ("argv", "values", "args"),
    [
        (["web"], {}, ["web"]),
        (["--output=yaml", "deploy", "web"], {"output": "yaml"}, ["deploy", "web"]),
        (["deploy", "--output", "yaml", "web"], {"output": "yaml"}, ["deploy", "web"]),
        (["deploy", "web", "-oyaml"], {"output": "yaml"}, ["deploy", "web"]),
        (["-o=yaml"], {"output": "yaml"}, []),
        (["-o", "yaml"], {"output": "yaml"}, []),
        (["-o="], {"output": "="}, []),
        (["-nfoo"], {"namespace": "foo"}, []),
        (["--output="], {"output": ""}, []),
        (["--output=a=b"], {"output": "a=b"}, []),
        (["-n", "-o=name", "x"], {"namespace": "-o=name"}, ["x"]),
        (["-Aw"], {"all-namespaces": True, "watch": True}, []),
        (["-AAwoyaml"], {"all-namespaces": True, "watch": True, "output": "yaml"}, []),
        (["--watch=false"], {"watch": False}, []),
        (["-w=F"], {"watch": False}, []),
        (["--watch", "false"], {"watch": True}, ["false"]),
        (["--server-print=0"], {"server-print": False}, []),
        (["--server_print=f"], {"server-print": False}, []),
        (["--dry-run"], {"dry-run": "unchanged"}, []),
        (["--dry_run=client"], {"dry-run": "client"}, []),
        (["--dry-run", "client"], {"dry-run": "unchanged"}, ["client"]),
        (["--replicas", "-3"], {"replicas": -3}, []),
        (["--replicas=0x1F"], {"replicas": 31}, []),
        (["--replicas=010"], {"replicas": 8}, []),
        (["--replicas=0b11"], {"replicas": 3}, []),
        (["--replicas=+3"], {"replicas": 3}, []),
        (["--replicas=1_000"], {"replicas": 1000}, []),
        (["--replicas=2", "-r3"], {"replicas": 3}, []),
        (["--to-revision=-5000000000"], {"to-revision": -5000000000}, []),
        (["-f", "a,b", "-fc"], {"filename": ["a", "b", "c"]}, []),
        (["-f", '"a,b",c', "-f", '"say ""hi"""'], {"filename": ["a,b", "c", 'say "hi"']}, []),
        (["-f="], {"filename": ["="]}, []),
        (["--filename="], {"filename": []}, []),
        (["--from-literal=a=1,b", "--from-literal", "c=2"], {"from-literal": ["a=1,b", "c=2"]}, []),
        (["--timeout=1m30s"], {"timeout": 90_000}, []),
        (["--timeout=1.5h"], {"timeout": 5_400_000}, []),
        (["--timeout=-.5s"], {"timeout": -500}, []),
        (["--timeout=0"], {"timeout": 0}, []),
        (["--timeout=1h1m1s1ms1us1ns"], {"timeout": 3_661_001}, []),
        (["--requests=cpu=1,memory=2Gi", "--requests", "cpu=2"], {"requests": {"cpu": "2", "memory": "2Gi"}}, []),
        (["--vmodule=gopher*=3,x=1"], {"vmodule": "gopher*=3,x=1"}, []),
        (["-", ""], {}, ["-", ""]),
        (["a", "--", "-w", "--nosuch"], {}, ["a", "-w", "--nosuch"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_line_is_read_as_pflag_reads_it(argv: list[str], values: dict[str, object], args: list[str]) -> None:
    parsed = read(*argv)
    assert {name: parsed.values[name] for name in parsed.changed} == values
    assert parsed.args == args


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--nosuch"], "unknown flag: --nosuch"),
        (["--nosuch=1"], "unknown flag: --nosuch"),
        (["-z"], "unknown shorthand flag: 'z' in -z"),
        (["-Az"], "unknown shorthand flag: 'z' in -z"),
        (["-zA"], "unknown shorthand flag: 'z' in -zA"),
        (["-=x"], "unknown shorthand flag: '=' in -=x"),
        (["-A="], "unknown shorthand flag: '=' in -="),
        (["---x"], "bad flag syntax: ---x"),
        (["--=x"], "bad flag syntax: --=x"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["-wo"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (["--to_revision"], "flag needs an argument: --to_revision"),
        (
            ["--to-revision=x"],
            'invalid argument "x" for "--to-revision" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
        (["-r="], 'invalid argument "=" for "-r, --replicas" flag: strconv.ParseInt: parsing "=": invalid syntax'),
        (
            ["--replicas="],
            'invalid argument "" for "-r, --replicas" flag: strconv.ParseInt: parsing "": invalid syntax',
        ),
        (
            ["--replicas=08"],
            'invalid argument "08" for "-r, --replicas" flag: strconv.ParseInt: parsing "08": invalid syntax',
        ),
        (
            ["--replicas=5000000000"],
            'invalid argument "5000000000" for "-r, --replicas" flag: '
            'strconv.ParseInt: parsing "5000000000": value out of range',
        ),
        (
            ["--watch=maybe"],
            'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
        (["--timeout=x"], 'invalid argument "x" for "--timeout" flag: time: invalid duration "x"'),
        (["--timeout="], 'invalid argument "" for "--timeout" flag: time: invalid duration ""'),
        (["--timeout=-"], 'invalid argument "-" for "--timeout" flag: time: invalid duration "-"'),
        (["--timeout=."], 'invalid argument "." for "--timeout" flag: time: invalid duration "."'),
        (["--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'),
        (["--timeout=1h5x"], 'invalid argument "1h5x" for "--timeout" flag: time: unknown unit "x" in duration "1h5x"'),
        (
            ["--timeout=99999999999h"],
            'invalid argument "99999999999h" for "--timeout" flag: time: invalid duration "99999999999h"',
        ),
        (
            ["-f", 'a"b'],
            'invalid argument "a\\"b" for "-f, --filename" flag: '
            'parse error on line 1, column 2: bare " in non-quoted-field',
        ),
        (["--requests=cpu"], 'invalid argument "cpu" for "--requests" flag: cpu must be formatted as key=value'),
        (
            ["--vmodule=x"],
            'invalid argument "x" for "--vmodule" flag: syntax error: expect comma-separated list of filename=N',
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_flag_is_told_in_pflags_words(argv: list[str], message: str) -> None:
    with pytest.raises(FlagError) as raised:
        read(*argv)
    assert raised.value.message == message


def test_what_stands_before_two_dashes_is_counted() -> None:
    assert read("a", "b", "--", "c").dash == 2
    assert read("--", "c").dash == 0
    assert read("a", "b").dash is None


def test_flags_that_are_not_given_have_their_default_or_their_zero() -> None:
    values = read().values
    assert values["replicas"] == 1
    assert values["server-print"] is True
    assert values["watch"] is False
    assert values["filename"] == []
    assert values["output"] == ""


def test_one_parse_does_not_leak_into_the_next() -> None:
    read().values["filename"].append("x")
    assert read().values["filename"] == []


def test_a_deprecated_flag_is_noted() -> None:
    assert read("--cpu-percent=50").notices == ["Flag --cpu-percent has been deprecated, Use --cpu"]


def test_required_flags_are_asked_for_by_name_in_order() -> None:
    declared = [Flag("min", required=True), Flag("max", required=True), Flag("name")]
    with pytest.raises(UserError, match=r'^required flag\(s\) "max", "min" not set$'):
        pflag.require(declared, pflag.parse(["--name=x"], FlagSet(declared)))
    pflag.require(declared, pflag.parse(["--min=1", "--max=2"], FlagSet(declared)))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ("get pods", ["get", "pods"]),
        ("-n prod get -A pods", ["get", "pods"]),
        ("--namespace=prod get", ["get"]),
        ("-nprod get", ["get"]),
        ("--nosuch get pods", ["pods"]),
        ("--dry-run get", ["get"]),
        ("get -- pods", ["get"]),
        ("- get", ["get"]),
    ],
)
def test_the_words_of_a_line_are_told_from_flags_and_their_values(argv: str, words: list[str]) -> None:
    line = argv.split()
    assert [line[position] for position in FlagSet(FLAGS).words(line)] == words


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (15, "15ms"),
        (1500, "1.5s"),
        (30_000, "30s"),
        (60_000, "1m0s"),
        (7_200_000, "2h0m0s"),
        (-90_000, "-1m30s"),
    ],
)
def test_durations_are_printed_as_go_prints_them(milliseconds: int, text: str) -> None:
    assert duration_text(milliseconds) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a b", '"a b"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("a\n\t\x00", '"a\\n\\t\\x00"'),
        ("\udcff", '"\\xff"'),
        ("\u200b", '"\\u200b"'),
    ],
)
def test_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (["a=b,c=d"], {"a": "b", "c": "d"}),
        (["a=b", " c = d=e ,"], {"a": "b", "c": "d=e"}),
        ([""], {}),
    ],
)
def test_the_commas_of_pairs_always_part(texts: list[str], pairs: dict[str, str]) -> None:
    assert read(*(f"--aggregation-rule={text}" for text in texts)).values["aggregation-rule"] == pairs


def test_a_pair_needs_an_equals_sign() -> None:
    with pytest.raises(FlagError, match='for "--aggregation-rule" flag: malformed pair, expect string=string'):
        read("--aggregation-rule=a=b,c")


@pytest.mark.parametrize(
    ("shorts", "quoted"), [("ü", "'Ã'"), ("Aü", "'Ã'"), ("€", "'â'"), ("'", r"'\''"), ("\udcff", "'ÿ'"), ("𝄞", "'ð'")]
)
def test_a_shorthand_is_quoted_by_its_first_byte(shorts: str, quoted: str) -> None:
    with pytest.raises(FlagError) as wrong:
        pflag.parse([f"-{shorts}"], FlagSet(FLAGS))
    assert wrong.value.message == f"unknown shorthand flag: {quoted} in -{shorts.removeprefix('A')}"
