"""Long runs: left out unless `make chaos` asks for them with --run-chaos."""


def pytest_addoption(parser):
    parser.addoption("--run-chaos", action="store_true", help="run the long kill and fault runs")


def pytest_ignore_collect(collection_path, config):
    return None if config.getoption("--run-chaos", default=False) else True
