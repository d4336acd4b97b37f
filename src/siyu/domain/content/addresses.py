"""The signed addresses that customers come to. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass, field

from siyu.platform.crypto import derive_key, open_code, sign_code

LINK_PATH = "/l/"
FILE_PATH = "/h5/f/"
PREFERENCES_PATH = "/h5/preferences/"
FORM_PATH = "/h5/forms/"
CODE_PATH = "/h5/c/"

_LINK = "tracked link"
_SHARE = "link of one of the staff"
_FILE = "file"
_PREFERENCES = "message preferences"
_FORM = "form of a customer's page"
_ANYBODYS_FORM = "form for anybody"
_PERSONAL_FORM = "form for one person"
_ANYBODYS_CODE = "channel code for anybody"
_PERSONAL_CODE = "channel code for one person"


@dataclass(frozen=True, slots=True)
class SignedAddresses:
    """Makes and opens the addresses in messages. Each purpose has its own key: the code of a link opens nothing else."""

    public_url: str
    secret_key: str = field(repr=False)

    def link_url(self, link_id: int, message_id: int) -> str:
        return self.public_url.rstrip("/") + LINK_PATH + self._sign(_LINK, link_id, message_id)

    def preferences_url(self, customer_id: int, hour: int) -> str:
        """`hour` (since 1970) says when it was made: who was one customer then may be two when it is opened."""
        return self.public_url.rstrip("/") + PREFERENCES_PATH + self._sign(_PREFERENCES, customer_id, hour)

    def form_url(self, form_id: int) -> str:
        """Where anybody answers a form."""
        return self.public_url.rstrip("/") + FORM_PATH + self._sign(_ANYBODYS_FORM, form_id)

    def personal_form_url(self, form_id: int, profile_id: int) -> str:
        """Where one person answers it, and is known by the address alone."""
        return self.public_url.rstrip("/") + FORM_PATH + self._sign(_PERSONAL_FORM, form_id, profile_id)

    def code_url(self, code_id: int) -> str:
        """Where a channel code shows whom to add."""
        return self.public_url.rstrip("/") + CODE_PATH + self._sign(_ANYBODYS_CODE, code_id)

    def personal_code_url(self, code_id: int, profile_id: int) -> str:
        """The same for one person, who is known by the address."""
        return self.public_url.rstrip("/") + CODE_PATH + self._sign(_PERSONAL_CODE, code_id, profile_id)

    def form_token(self, customer_id: int, hour: int) -> str:
        """Goes into a form on the customer's page; `hour` (since 1970) says when it was made."""
        return self._sign(_FORM, customer_id, hour)

    def share_url(self, share_id: int) -> str:
        """A link that one of the staff gave; short, in the same place as links of messages."""
        return self.public_url.rstrip("/") + LINK_PATH + self._sign(_SHARE, share_id)

    def file_url(self, file_id: int) -> str:
        """Where everybody who has the address gets a file."""
        return self.public_url.rstrip("/") + FILE_PATH + self._sign(_FILE, file_id)

    def open_share(self, code: str) -> int | None:
        """share_id, or None for a code that Siyu never made."""
        numbers = self._open(_SHARE, code, 1)
        return numbers[0] if numbers else None

    def open_file(self, code: str) -> int | None:
        """file_id."""
        numbers = self._open(_FILE, code, 1)
        return numbers[0] if numbers else None

    def open_link(self, code: str) -> tuple[int, int] | None:
        """(link_id, message_id), or None for a code that Siyu never made."""
        numbers = self._open(_LINK, code, 2)
        return (numbers[0], numbers[1]) if numbers else None

    def open_preferences(self, code: str) -> tuple[int, int] | None:
        """(customer_id as it was when the code was made, the hour when that was)."""
        numbers = self._open(_PREFERENCES, code, 2)
        return (numbers[0], numbers[1]) if numbers else None

    def open_form(self, code: str) -> tuple[int, int | None] | None:
        """(form_id, whose link it is: a profile, or None where it is anybody's)."""
        if numbers := self._open(_PERSONAL_FORM, code, 2):
            return numbers[0], numbers[1]
        numbers = self._open(_ANYBODYS_FORM, code, 1)
        return (numbers[0], None) if numbers else None

    def open_code(self, code: str) -> tuple[int, int | None] | None:
        """(channel code, whose link it is: a profile, or None where it is anybody's)."""
        if numbers := self._open(_PERSONAL_CODE, code, 2):
            return numbers[0], numbers[1]
        numbers = self._open(_ANYBODYS_CODE, code, 1)
        return (numbers[0], None) if numbers else None

    def open_form_token(self, token: str) -> tuple[int, int] | None:
        """(customer_id, hour)."""
        numbers = self._open(_FORM, token, 2)
        return (numbers[0], numbers[1]) if numbers else None

    def _sign(self, purpose: str, *numbers: int) -> str:
        return sign_code(derive_key(self.secret_key, purpose), b"".join(_packed(number) for number in numbers))

    def _open(self, purpose: str, code: str, count: int) -> list[int] | None:
        payload = open_code(derive_key(self.secret_key, purpose), code)
        numbers = _unpacked(payload) if payload is not None else []
        return numbers if len(numbers) == count else None


def _packed(number: int) -> bytes:
    """Seven bits a byte, the last byte below 128: small numbers make short codes."""
    if number < 0:
        raise ValueError("ids are not negative")
    packed = bytearray()
    while number >= 128:
        packed.append(number & 127 | 128)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpacked(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number, shift = 0, 0
    return numbers if shift == 0 else []
