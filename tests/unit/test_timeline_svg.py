"""Timelines as SVG: well-formed, readable in both themes, for everybody, with no text over another."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.svg import render
from kubesim.views.timeline.svg.chart import spread
from kubesim.views.timeline.svg.document import cut_to, escaped, number
from kubesim.views.timeline.svg.lanes import BAR
from test_timeline_terminal import LIVES
from timeline_tape import command, lane, recreated, requested, rolled, step, timeline

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=LIVES)
def document(request):
    return ET.fromstring(render(LIVES[request.param]()))


def classes(element):
    return element.get("class", "").split()


def of_class(document, name):
    return [element for element in document.iter() if name in classes(element)]


def numbers_in(path):
    return [float(text) for text in re.findall(r"-?[0-9.]+", path)]


# for who does not see it


def test_title_and_description_say_what_is_to_be_seen():
    document = ET.fromstring(render([rolled(), recreated()]))
    title, description = document.find(f"{SVG}title"), document.find(f"{SVG}desc")
    assert title.text == "Timeline of deployment/web (RollingUpdate) and deployment/web (Recreate)"
    assert document.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert document.get("role") == "img"
    assert description.text == (
        "deployment/web: never below 2 of 2, never more than 3 pods (4 with those being deleted); still in progress. "
        "0 s: kubesim set image deployment/web nginx=nginx:1.21. Ready pods: 2 of 2 at -1 s. "
        "deployment/web: 3 s with no pod ready, 3.5 s below the floor of 2, never more than 2 pods; still in progress. "
        "0 s: kubesim set image deployment/web nginx=nginx:1.21. "
        "Ready pods: 2 of 2 at -1 s, 0 of 2 at 0 s, 1 of 2 at 3 s, 2 of 2 at 3.5 s."
    )


def test_a_long_description_ends_somewhere():
    document = ET.fromstring(render([timeline(*(step(100 * at, 3 + at % 2) for at in range(50)))]))
    assert document.find(f"{SVG}desc").text.endswith("4 of 4 at 1.1 s, and so on.")


# what is drawn


def test_missing_pods_are_drawn_from_the_instant_they_are_missing_until_they_are_there():
    document = ET.fromstring(render([recreated()]))
    [missing] = [element for element in of_class(document, "alarm") if element.tag == f"{SVG}path"][:1]
    ticks = {element.text: float(element.get("x")) for element in document.iter(f"{SVG}text")}
    second = ticks["3 s"] - ticks["2 s"]
    zero = ticks["3 s"] - 3 * second
    lefts = [float(text) for text in re.findall(r"M(\S+) ", missing.get("d"))]
    rights = [float(text) for text in re.findall(r"H([0-9.]+)V", missing.get("d"))]
    assert lefts == pytest.approx([zero, zero + second / 2, ticks["3 s"]], abs=0.1)
    assert rights == pytest.approx([zero + second / 2, ticks["3 s"], ticks["3 s"] + second / 2], abs=0.1)


def test_a_moment_below_the_floor_is_seen_however_short():
    document = ET.fromstring(render([timeline(step(0, 4), step(5000, 0), step(5001, 4))]))
    path = of_class(document, "alarm")[0].get("d")
    left, right = float(re.findall(r"M(\S+) ", path)[0]), float(re.findall(r"H([0-9.]+)V", path)[0])
    assert right - left == pytest.approx(1.5)


def test_floor_and_ceiling_are_told_in_numbers():
    texts = [element.text for element in ET.fromstring(render([rolled()])).iter(f"{SVG}text")]
    assert {"floor 2", "ceiling 3"} <= set(texts)


def test_there_is_no_floor_where_no_pod_is_wanted():
    none = step(0, 0, desired=0, floor=0, ceiling=0)
    whole, half = (
        of_class(ET.fromstring(render([timeline(*steps)])), "floor")[0].get("d")
        for steps in ((step(0, 4),), (none, step(5000, 4)))
    )
    assert whole.count("M") == half.count("M") == 1
    assert numbers_in(half)[0] - numbers_in(whole)[0] == pytest.approx(
        (numbers_in(whole)[2] - numbers_in(whole)[0]) / 2, abs=0.1
    )


def test_only_what_is_there_is_explained():
    def legend(*steps):
        texts = [element.text for element in ET.fromstring(render([timeline(*steps)])).iter(f"{SVG}text")]
        return texts[texts.index("ready, newest template") + 1 :]

    assert legend(step(0, 4)) == []
    assert legend(step(0, 4), step(1000, 2, not_ready=1)) == ["not ready", "below the floor"]


def test_lanes_that_are_drawn_alike_are_one():
    pods = [lane(f"web-a-{at}", (PodState.READY, 0, 5000 + 4 * at)) for at in range(3)]
    texts = [
        element.text for element in ET.fromstring(render([timeline(step(0, 4), lanes=tuple(pods))])).iter(f"{SVG}text")
    ]
    assert "web-a-0 +2" in texts


def test_a_state_is_seen_however_short():
    pods = lane("web-a-1", (PodState.READY, 0, 5000), (PodState.FAILED, 5000, 5001), (PodState.RUNNING, 5001, 10_000))
    document = ET.fromstring(render([timeline(step(0, 4), lanes=(pods,))]))
    left, right = numbers_in(of_class(document, "failed")[1].get("d"))[0:3:2]
    assert right - left == pytest.approx(1)


def test_discs_do_not_touch():
    assert spread([10, 12, 100], 200) == [10, 31, 100]
    assert spread([195, 200], 200) == [179, 200]


# text


def boxes(document):
    """The text elements with an estimate of what they cover."""
    for element in document.iter(f"{SVG}text"):
        sizes = {"title": 18, "verdict": 14, "number": 11}
        size = next((sizes[name] for name in classes(element) if name in sizes), 12)
        content = "".join(element.itertext())
        width = len(content) * size * (0.602 if "name" in classes(element) else 0.56)
        x, y = float(element.get("x")), float(element.get("y"))
        left = x - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
        yield content, left, y - 0.75 * size, left + width, y + 0.22 * size


def test_no_text_lies_over_another(document):
    for (one, *a), (other, *b) in combinations(boxes(document), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


def test_no_text_is_cut(document):
    _, _, width, height = map(float, document.get("viewBox").split())
    for content, left, top, right, bottom in boxes(document):
        assert left >= 0, content
        assert right <= width, content
        assert top >= 0, content
        assert bottom <= height, content


def test_what_people_write_is_escaped():
    wild = "kubesim annotate deployment/web note='<a & \"b\">' \x1b[31m\x00"
    document = ET.fromstring(render([timeline(step(0, 4), marks=(command(0, wild),))]))
    texts = [element.text for element in document.iter(f"{SVG}text")]
    assert any(text and text.startswith("kubesim annotate deployment/web note='<a & \"b\">'") for text in texts)
    assert escaped("\x1b\ud800\uffff") == "\ufffd" * 3


def test_numbers_and_long_names_are_short():
    assert [number(value) for value in (1, 1.5, 1.256, 100, -0.5)] == ["1", "1.5", "1.26", "100", "-0.5"]
    assert cut_to("deployment/web", 60, 10) == "deploymen…"


# colours


def theme(name):
    """The fills of the light or the dark theme, by class."""
    style = ET.fromstring(render([rolled()])).find(f"{SVG}style").text
    light, _, dark = style.partition("@media(prefers-color-scheme:dark)")
    rules = re.findall(r"\.timeline \.([a-z]+)\{fill:(#[0-9a-f]{6})\}", dark if name == "dark" else light)
    return {name: tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)) for name, colour in rules}


def linear(colour):
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_has_contrast(name):
    colours = theme(name)
    assert contrast(colours["ink"], colours["paper"]) >= 7
    assert contrast(colours["faint"], colours["paper"]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_is_drawn_stands_out_from_the_paper(name):
    colours = theme(name)
    for drawn in ("old", "new", "failed", "terminating", "orange"):
        assert contrast(colours[drawn], colours["paper"]) >= 3


# How people see who lack one kind of cone, on linear RGB. From Machado, Oliveira and Fernandes 2009.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def lab(colour, sight):
    """CIE L*a*b* of a colour as it is seen."""
    rgb = linear(colour)
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in SIGHTS[sight])
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_everybody_tells_old_and_new_and_missing_pods_apart(name, sight):
    colours = theme(name)
    for one, other in combinations(("old", "new", "failed"), 2):
        apart = (
            sum((a - b) ** 2 for a, b in zip(lab(colours[one], sight), lab(colours[other], sight), strict=True)) ** 0.5
        )
        assert apart >= 15, (one, other)


def test_renderers_that_know_little_css_draw_the_light_theme():
    assert "var(" not in render([rolled()])


def test_requests_are_as_high_as_their_share():
    document = ET.fromstring(render([requested()]))
    words = [element.text for element in document.iter(f"{SVG}text")]
    assert words.count("answered") == words.count("refused") == words.count("50 requests a second") == 1
    assert "answered by another workload" in words
    bars = [numbers_in(path.get("d")) for path in of_class(document, "failed") if path.tag == f"{SVG}path"]
    _, top, _, bottom, _ = next(bar for bar in bars if bar[0])  # the legend's begins at 0
    assert bottom - top == pytest.approx(BAR / 2, abs=0.1)
