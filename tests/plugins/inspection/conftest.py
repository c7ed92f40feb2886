"""The inspector of Shenzhen at a browser, for tests that go through pages."""

import pytest


@pytest.fixture
def app(demo, web):
    return web(demo)


@pytest.fixture
def client(app, sign_in):
    return sign_in(app, "sz.inspection")
