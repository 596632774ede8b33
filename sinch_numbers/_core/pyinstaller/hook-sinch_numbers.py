"""Hook for PyInstaller: the lazily imported modules, and the templates of HTML reports."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_LEFT_OUT = (
    "sinch_numbers._core.pyinstaller",
    "sinch_numbers.testing",
)  # the latter imports pytest

hiddenimports = collect_submodules(
    "sinch_numbers", filter=lambda name: not name.startswith(_LEFT_OUT)
)
datas = collect_data_files("sinch_numbers")
