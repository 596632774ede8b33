"""A real browser, and a measure of the contrast of what it shows."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

PATIENCE = 300_000
"""Milliseconds until an action fails: a screenshot took 30 s on a machine with a load of 40."""

# WCAG's contrast of each text below an element, by default the body, with the nearest opaque
# background behind it.
CONTRAST = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const channels = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) =>
    0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const isSvg = (element) => element.namespaceURI.endsWith("svg");
  const behind = (element) => {
    if (element.matches("text.day, text.many")) {
      return channels(getComputedStyle(element.parentElement.querySelector("rect")).fill);
    }
    for (let at = element; at; at = at.parentElement) {
      if (isSvg(at)) continue;
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = channels(style.backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return channels("Canvas");
  };
  const poor = new Set();
  let seen = 0;
  for (const element of document.querySelectorAll(`${root || "body"} *`)) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.matches("title, desc, script, style, caption")) continue;
    const back = element.getBoundingClientRect().width && behind(element);
    if (!back) continue;
    const style = getComputedStyle(element);
    const front = channels(isSvg(element) ? style.fill : style.color);
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    seen += 1;
    const name = `${element.tagName}.${element.getAttribute("class")}`;
    if (ratio < 4.5) poor.add(`${ratio.toFixed(2)} ${name} ${element.textContent.slice(0, 30)}`);
  }
  return [seen, [...poor]];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("there is no Chromium here: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        # Its own sandbox does not work for root; it opens nothing but our files.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
