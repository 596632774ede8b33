"""AST mutations for mutation testing, applied one at a time."""

import ast
import copy
from collections.abc import Iterator

SWAPS = {"Lt": "LtE", "LtE": "Lt", "Gt": "GtE", "GtE": "Gt", "Eq": "NotEq", "NotEq": "Eq"}
SWAPS |= {"Is": "IsNot", "IsNot": "Is", "In": "NotIn", "NotIn": "In", "And": "Or", "Or": "And"}
SWAPS |= {"Add": "Sub", "Sub": "Add", "Mult": "Add", "Div": "Mult"}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the replacements of *node*, each with a label."""
    match node:
        case ast.Compare(ops=[op]) | ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op):
            if other := SWAPS.get(type(op).__name__):
                swapped, new = copy.deepcopy(node), getattr(ast, other)()
                setattr(
                    swapped, *(("ops", [new]) if isinstance(node, ast.Compare) else ("op", new))
                )
                yield f"{type(op).__name__} -> {other}", swapped
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not removed", operand
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", ast.Constant(not value)
        case ast.Constant(value=int() | float() as number):
            other = number + 1 if isinstance(number, int) else number / 100 or 1.0
            yield f"{number} -> {other}", ast.Constant(other)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "return None", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise():
            yield "statement deleted", ast.Pass()
        case ast.Continue() | ast.Break():
            yield "loop jump", ast.Break() if isinstance(node, ast.Continue) else ast.Continue()
        case ast.ExceptHandler(type=ast.expr() as caught, name=name, body=body):
            if ast.unparse(caught) == "Exception":
                return
            yield "except Exception", ast.ExceptHandler(ast.Name("Exception"), name, body)
        case ast.If() | ast.While() | ast.IfExp():
            negated = copy.deepcopy(node)
            negated.test = ast.UnaryOp(ast.Not(), node.test)
            yield "condition negated", negated


class Mutator(ast.NodeTransformer):
    """Lists the possible mutations of a module, and applies the one at index *place*."""

    def __init__(self, place: int | None = None) -> None:
        self.place, self.found = place, list[tuple[int, str]]()

    def visit(self, node: ast.AST) -> ast.AST:
        skipped = isinstance(node, ast.FunctionDef) and node.name == "__repr__"
        if skipped or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            return node
        for label, new in changes(node):
            self.found.append((node.lineno, label))  # type: ignore[attr-defined]  # mutated nodes have it
            if len(self.found) - 1 == self.place:
                return new
        return self.generic_visit(node)
