"""Completion scripts for bash, zsh and fish."""

from typing import Final

_BASH: Final = r"""
_sinch_numbers_complete() {
    local current=${COMP_WORDS[COMP_CWORD]} line file
    [ "$current" = "=" ] && current=
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files)
                type compopt >/dev/null 2>&1 && compopt -o filenames
                while IFS= read -r file; do
                    COMPREPLY+=("$file")
                done < <(compgen -f -- "$current")
                ;;
            :nospace) type compopt >/dev/null 2>&1 && compopt -o nospace ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <(_SINCH_NUMBERS_COMPLETE=bash "${COMP_WORDS[0]/#\~/$HOME}" \
        "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null)
}
complete -F _sinch_numbers_complete sinch-numbers
"""

_ZSH: Final = r"""
#compdef sinch-numbers
_sinch_numbers() {
    local line files=
    local -a found
    while IFS= read -r line; do
        case $line in
            :files) files=1 ;;
            :nospace) ;;
            *$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) found+=("${line//:/\\:}") ;;
        esac
    done < <(_SINCH_NUMBERS_COMPLETE=zsh "${(Q)words[1]/#\~/$HOME}" \
        $((CURRENT - 1)) "${(@Q)words}" 2>/dev/null)
    (( $#found )) && _describe -V sinch-numbers found
    [[ -n $files ]] && { compset -P '--*='; _files }
    return 0
}
if [[ $funcstack[1] = _sinch-numbers ]]; then
    _sinch_numbers "$@"
else
    compdef _sinch_numbers sinch-numbers
fi
"""

_FISH: Final = r"""
function __sinch_numbers_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found (env _SINCH_NUMBERS_COMPLETE=fish $words[1] \
        (count $words) $words "$current" 2>/dev/null)
    for line in $found
        switch $line
            case :files
                __fish_complete_path "$current"
            case :nospace
            case '*'
                printf '%s\n' $line
        end
    end
end
complete --command sinch-numbers --no-files --arguments '(__sinch_numbers_complete)'
"""

SCRIPTS: Final = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""Completion scripts by shell, as ``--show-completion`` prints them."""


def script(shell: str) -> str:
    """Return the completion script for *shell*."""
    return SCRIPTS[shell].lstrip("\n")
