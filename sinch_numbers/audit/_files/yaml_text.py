"""
YAML rows, restricted to avoid YAML's surprises.

Of the unquoted words only ``true``, ``false`` and ``null`` (or ``~``, or nothing) are not strings,
so that ``NO`` stays Norway and ``+12025550134`` a phone number. Only strings, booleans and
``None`` are ever constructed.
"""

import re
from collections.abc import Iterator
from typing import Final

_TAG: Final = "tag:yaml.org,2002:"
_NULL: Final = f"{_TAG}null"
_BOOL: Final = f"{_TAG}bool"
_TEXT: Final = f"{_TAG}str"


class NotInstalledError(Exception):
    """PyYAML is not installed."""


class YamlError(Exception):
    """The text is not YAML, or not in the expected form."""

    def __init__(self, expected: str, line: int | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.place: str | None = None if line is None else f"line {line + 1}"


def entries(text: str) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """Yield the fields of each mapping in the list *text*, with its line."""
    try:
        import yaml
    except ImportError:
        raise NotInstalledError(
            "the extra yaml to be installed: pip install 'sinch-numbers[yaml]'"
        ) from None

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {}  # noqa: RUF012 - overrides PyYAML's attribute

    Loader.add_implicit_resolver(_NULL, re.compile(r"(~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
    Loader.add_implicit_resolver(
        _BOOL, re.compile(r"(true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")
    )

    def value(node: yaml.Node) -> object:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in (_NULL, _BOOL, _TEXT):
            raise YamlError("a string, true, false or null", node.start_mark.line)
        if node.tag == _NULL:
            return None
        return str(node.value) if node.tag == _TEXT else node.value.lower() == "true"

    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError(f"YAML ({error.problem})", mark.line if mark else None) from None
    except yaml.YAMLError:  # invalid characters
        raise YamlError("YAML") from None
    except RecursionError:
        raise YamlError("YAML that is not nested too deeply") from None
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1:
        root = root.value[0][1]
    if not isinstance(root, yaml.SequenceNode):
        raise YamlError("a list of mappings")
    for entry in root.value:
        if not isinstance(entry, yaml.MappingNode):
            raise YamlError("a mapping", entry.start_mark.line)
        members = [(str(value(name)), value(member)) for name, member in entry.value]
        yield f"line {entry.start_mark.line + 1}", members
