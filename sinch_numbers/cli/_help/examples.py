"""Examples of each command, two or more; the tests run all of them on a sandbox."""

from collections.abc import Mapping
from typing import Final

NUMBER: Final = "+12025550134"
ORDER: Final = "01J9ZK3V8QW4T6YB2M5N7P0RSD"
OPERATION: Final = "0f6c1d2e8a4b4c3f9d7e5a6b1c2d3e4f"
EVENT: Final = "01jr7stexp0znky34pj07dwp41"
ATTACHMENT: Final = "01k5rb2c4d6e8f0g2h4j6k8m0n"
"""Identifiers in examples; tests put those of the sandbox in their place."""

_ADDRESS: Final = (
    '--display-name "Front desk" --street-number 77 --street "Harbor Way" '
    "--city Portland --state OR --postal-code 97209"
)
_PLAN: Final = "--region US --sms-plan plan-1"
_LETTER: Final = f"{_PLAN} --letter letter.json"

_LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("--sandbox audit", "list --region US --json", "buy --region US --type local"),
    "version": ("version", "--version"),
    "audit": ("audit", "audit --output report.html --fail-on error"),
    "history list": ("history list", "history list --limit 7 --json"),
    "history show": ("history show", "history show 1 --limit 50"),
    "history diff": ("history diff 1", "history diff 1 2 --json"),
    "history trend": ("history trend", "history trend --limit 90"),
    "history prune": ("history prune --keep 90", "history prune --older-than-days 365 --yes"),
    "list": ("list --region US --type local", "list --output numbers.csv"),
    "get": (f"get {NUMBER}", f"get {NUMBER} --json"),
    "wait": (
        f"wait {NUMBER}",
        f"wait {NUMBER} --no-voice --wait-timeout 60",
        "wait --from numbers.txt",
    ),
    "export": ("export --output numbers.json", "export"),
    "search": (
        "search --region US --type local",
        "search --region US --type local --pattern +1202 --search-pattern start",
    ),
    "price": ("price +12025550199", "price +12025550199 --json"),
    "regions": ("regions", "regions --type toll-free"),
    "update": (
        f'update {NUMBER} --display-name "Front desk"',
        f"update {NUMBER} --unlink-sms",
        "update --from desired.csv --dry-run",
    ),
    "plan": ("plan desired.csv", "plan desired.csv --output plan.json --output plan.md"),
    "apply": ("apply plan.json", "apply plan.json --results results.jsonl --yes"),
    "buy": (
        "buy --region US --type local --max-monthly-price 5.00",
        "buy +12025550199 --sms-plan plan-1 --yes",
        "buy --count 1 --region US --pattern 202 --max-monthly 1.00 --dry-run",
    ),
    "rent": ("rent +12025550199", "rent +12025550199 --sms-plan plan-1 --yes"),
    "rent-first": (
        "rent-first --region US --type local",
        "rent-first --region US --type local --pattern +1202 --yes",
    ),
    "rent-any": ("rent-any", "rent-any --region US --type local --capability sms --yes"),
    "release": (
        f"release {NUMBER}",
        f"release {NUMBER} --yes",
        "release --from numbers.txt --dry-run",
    ),
    "emergency get": (f"emergency get {NUMBER}", f"emergency get {NUMBER} --json"),
    "emergency validate": (
        f"emergency validate {NUMBER} {_ADDRESS}",
        f"emergency validate {NUMBER} {_ADDRESS} --json",
    ),
    "emergency provision": (
        f"emergency provision {NUMBER} {_ADDRESS}",
        f"emergency provision {NUMBER} {_ADDRESS} --corrected --yes",
    ),
    "emergency deprovision": (
        f"emergency deprovision {NUMBER}",
        f"emergency deprovision {NUMBER} --yes",
    ),
    "callback get": ("callback get", "callback get --imported"),
    "callback set": ("callback set < secret.txt", "callback set --imported < secret.txt"),
    "webhooks listen": (
        "webhooks listen --port 8000 --record webhooks.jsonl",
        "webhooks listen --replay webhooks.jsonl --count 10",
    ),
    "webhooks queue": ("webhooks queue --store events.db", "webhooks queue --state dead --json"),
    "webhooks retry": (f"webhooks retry {EVENT}", "webhooks retry --all"),
    "webhooks drop": (f"webhooks drop {EVENT}", "webhooks drop --all --yes"),
    "imported list": ("imported list", "imported list --sms-plan plan-1 --limit 10"),
    "imported get": ("imported get +12025550183", "imported get +12025550183 --json"),
    "imported wait": (
        "imported wait +12025550183",
        "imported wait +12025550183 --wait-timeout 60",
    ),
    "imported import": (
        f"imported import +12025550181 {_PLAN}",
        f"imported import +12025550181 {_PLAN} --display-name Support --yes",
    ),
    "imported update": (
        "imported update +12025550183 --display-name Support",
        "imported update +12025550183 --unlink-sms",
    ),
    "imported delete": (
        "imported delete +12025550183",
        "imported delete +12025550183 --yes",
    ),
    "hosting list": (
        "hosting list --state in-progress --type import --sms-plan plan-1 --campaign C1",
        "hosting list --state completed --type text-enable --sms-plan plan-1 --campaign C1",
    ),
    "hosting get": (f"hosting get {ORDER}", f"hosting get {ORDER} --json"),
    "hosting wait": (f"hosting wait {ORDER}", f"hosting wait {ORDER} --wait-timeout 60"),
    "hosting report": (f"hosting report {ORDER}", f"hosting report {ORDER} --json"),
    "hosting numbers": (f"hosting numbers {ORDER}", f"hosting numbers {ORDER} --json"),
    "hosting number": (
        f"hosting number {ORDER} +12025550181",
        f"hosting number {ORDER} +12025550181 --json",
    ),
    "hosting import": (
        f"hosting import +12025550181 {_PLAN}",
        f"hosting import +12025550181 {_PLAN} --yes",
    ),
    "hosting text-enable": (
        f"hosting text-enable +12025550181 {_LETTER}",
        f"hosting text-enable +12025550181 {_LETTER} --yes",
    ),
    "hosting text-enable-toll-free": (
        f"hosting text-enable-toll-free +18335550144 {_LETTER}",
        f"hosting text-enable-toll-free +18335550144 {_LETTER} --yes",
    ),
    "qualified list": (
        "qualified list --state verified",
        "qualified list --state verification-pending --region US",
    ),
    "qualified get": ("qualified get +12025550181", "qualified get +12025550181 --json"),
    "qualified wait": (
        "qualified wait +12025550181",
        "qualified wait +12025550181 --until eligible --wait-timeout 60",
    ),
    "qualified add": ("qualified add +12025550184", "qualified add +12025550184 --yes"),
    "qualified delete": (
        "qualified delete +12025550181",
        "qualified delete +12025550181 --yes",
    ),
    "qualified call": ("qualified call +12025550182", "qualified call +12025550182 --yes"),
    "qualified verify": (
        "qualified verify +12025550182 --code 1234",
        "qualified verify +12025550182 --code 1234 --json",
    ),
    "qualified text-enable": (
        f"qualified text-enable +12025550181 {_LETTER}",
        f"qualified text-enable +12025550181 {_LETTER} --yes",
    ),
    "qualified text-enable-toll-free": (
        f"qualified text-enable-toll-free +18335550144 {_LETTER}",
        f"qualified text-enable-toll-free +18335550144 {_LETTER} --yes",
    ),
    "orders requirements": (
        "orders requirements --region BR --type mobile",
        "orders requirements --region BR --type mobile --json",
    ),
    "orders create": (
        "orders create --region BR --type mobile +5511900000001",
        "orders create --region BR --type mobile --quantity 2 --yes",
    ),
    "orders get": (f"orders get {ORDER}", f"orders get {ORDER} --json"),
    "orders registration": (
        f"orders registration {ORDER}",
        f"orders registration {ORDER} --json",
    ),
    "orders register": (
        f"orders register {ORDER} registration.json",
        f"orders register {ORDER} - < registration.json",
    ),
    "orders upload": (
        f"orders upload {ORDER} {ATTACHMENT} bill.pdf --document-type 'Utility bill'",
        f"orders upload {ORDER} {ATTACHMENT} bill.pdf --document-type 'Utility bill' --json",
    ),
    "orders submit": (f"orders submit {ORDER}", f"orders submit {ORDER} --yes"),
    "orders wait": (f"orders wait {ORDER}", f"orders wait {ORDER} --wait-timeout 86400"),
    "orders order": (
        "orders order --region BR --type mobile +5511900000001 --registration registration.json",
        "orders order --region US --type local --quantity 2 --yes",
    ),
    "orders resume": (
        f"orders resume {ORDER}",
        f"orders resume {ORDER} --registration registration.json --yes",
    ),
    "operations list": ("operations list", "operations list --all --json"),
    "operations show": (f"operations show {OPERATION}", f"operations show {OPERATION} --json"),
    "operations recover": ("operations recover", "operations recover --store numbers.db"),
    "operations dismiss": (
        f'operations dismiss {OPERATION} --reason "found it in the dashboard"',
        f'operations dismiss {OPERATION} --reason "checked: not rented" --json',
    ),
    "request": (
        "request GET /activeNumbers --query regionCode=US --query type=LOCAL",
        f"request PATCH /activeNumbers/{NUMBER} --data changes.json --yes",
    ),
    "sandbox": (
        "sandbox --port 8080 --numbers 500",
        "sandbox --state sandbox.json --fault 429,times=3,retry_after=2",
    ),
    "configure": (
        "configure --from-env",
        "configure --profile acme --project p --key-id k --secret-variable ACME",
    ),
    "doctor": ("doctor", "doctor --json"),
    "profiles list": ("profiles list", "profiles list --json"),
    "profiles show": ("profiles show acme", "profiles show acme --json"),
    "profiles use": ("profiles use acme", "profiles use other"),
    "profiles remove": ("profiles remove acme", "profiles remove other --yes"),
}

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    command: tuple(f"sinch-numbers {line}" for line in lines) for command, lines in _LINES.items()
}
"""Command lines by command; ``""`` is the first page."""
