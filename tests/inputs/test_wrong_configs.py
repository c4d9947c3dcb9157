"""Every message that the author of a wrong config reads, word for word."""

from __future__ import annotations

import pytest

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from tests.inputs.wrong_configs import ATTRIBUTES, WRONG_CHANGES, WRONG_CONFIGS

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("title", "text", "message"), WRONG_CONFIGS, ids=[case[0] for case in WRONG_CONFIGS])
def test_message(tmp_path, title, text, message):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path, attributes=ATTRIBUTES)
    assert str(caught.value) + "\n" == message


@pytest.mark.parametrize(
    ("title", "text", "options", "changes", "message"), WRONG_CHANGES, ids=[case[0] for case in WRONG_CHANGES]
)
def test_message_of_a_change(tmp_path, title, text, options, changes, message):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path, options=options, changes=changes, attributes=ATTRIBUTES)
    assert str(caught.value) + "\n" == message


def test_there_are_enough_and_no_title_twice():
    titles = [case[0] for case in (*WRONG_CONFIGS, *WRONG_CHANGES)]
    assert len(titles) >= 35
    assert len(set(titles)) == len(titles)
