"""The manifests, without a cluster: they fit together, and what they probe and scale on is what the service serves."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from bot.demo.service import free_port
from bot.settings import Settings
from tests.conftest import PostgreSQL
from tests.deploy.image import DOCKERFILE, TOP, instructions
from tests.deploy.test_deploy import ask, credentials, line_with, stopped
from tests.patience import PATIENCE

COMMAND = (sys.executable, "-c", "import sys; from bot.cli.main import main; sys.exit(main())")
FOLDER = DOCKERFILE.with_name("kubernetes")
EXAMPLE = FOLDER / "secret.example"
APPLIED = [one for file in sorted(FOLDER.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
KINDS = {
    "ConfigMap": "v1",
    "Service": "v1",
    "Deployment": "apps/v1",
    "PodDisruptionBudget": "policy/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
}
# The fields in use, of those that the API knows: another one is a slip, which a cluster would refuse.
POD = {
    "automountServiceAccountToken",
    "containers",
    "initContainers",
    "securityContext",
    "terminationGracePeriodSeconds",
    "volumes",
}
CONTAINER = {
    "args",
    "envFrom",
    "image",
    "lifecycle",
    "livenessProbe",
    "name",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "startupProbe",
    "volumeMounts",
}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in APPLIED if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each deployment, by component."""
    return {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"]["template"]
        for one in of_kind("Deployment").values()
    }


def container(part: str) -> dict[str, Any]:
    (only,) = pods()[part]["spec"]["containers"]
    return dict(only)


def test_the_objects_are_what_they_say_and_find_each_other() -> None:
    assert {(one["kind"], one["apiVersion"]) for one in APPLIED} == set(KINDS.items())
    assert len({(one["kind"], one["metadata"]["name"]) for one in APPLIED}) == len(APPLIED)
    labels = {part: pod["metadata"]["labels"].items() for part, pod in pods().items()}
    for deployment in of_kind("Deployment").values():
        assert deployment["spec"]["selector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]
    kept = [one["spec"]["selector"]["matchLabels"].items() for one in of_kind("PodDisruptionBudget").values()]
    assert sorted(map(dict, kept), key=str) == sorted(map(dict, labels.values()), key=str), "one for each"
    (service,) = of_kind("Service").values()
    assert [part for part, own in labels.items() if service["spec"]["selector"].items() <= own] == ["web"]
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= {
        port["name"] for port in container("web")["ports"]
    }
    (scaler,) = of_kind("HorizontalPodAutoscaler").values()
    target = of_kind("Deployment")[scaler["spec"]["scaleTargetRef"]["name"]]
    assert "replicas" not in target["spec"], "each apply would undo what the scaler did"


def test_the_settings_are_the_service_s_and_no_secret_is_among_the_others() -> None:
    (config,) = of_kind("ConfigMap").values()
    secret = yaml.safe_load(EXAMPLE.read_text())
    assert not config["data"].keys() & secret["stringData"].keys()
    assert not [name for name in config["data"] if re.search("SECRET|KEY|TOKEN|DATABASE", name)]
    documented = set(re.findall(r"`([A-Z_]+)`", (TOP / "docs" / "operators.md").read_text()))
    assert (config["data"].keys() | secret["stringData"].keys()) <= documented
    assert all(isinstance(value, str) for value in (*config["data"].values(), *secret["stringData"].values()))
    settings = Settings.load(config["data"] | {"SECRET_KEY": "x"})
    assert (settings.port, settings.worker_port) == (
        container("web")["ports"][0]["containerPort"],
        container("worker")["ports"][0]["containerPort"],
    )
    names = {("configMapRef", config["metadata"]["name"]), ("secretRef", secret["metadata"]["name"])}
    for pod in pods().values():
        for one in (*pod["spec"]["containers"], *pod["spec"]["initContainers"]):
            assert {(kind, named["name"]) for source in one["envFrom"] for kind, named in source.items()} == names


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_pod_has_no_more_than_it_needs_and_the_time_that_it_needs(part: str) -> None:
    spec = pods()[part]["spec"]
    assert spec.keys() == POD and not spec["automountServiceAccountToken"]
    user = next(rest for keyword, rest in instructions() if keyword == "USER" and rest)
    whole = spec["securityContext"]
    assert whole["runAsNonRoot"] and f"{whole['runAsUser']}:{whole['runAsGroup']}" == user
    for one in (*spec["containers"], *spec["initContainers"]):
        assert one.keys() <= CONTAINER
        confined = one["securityContext"]
        assert confined["readOnlyRootFilesystem"] and not confined["allowPrivilegeEscalation"]
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert {mount["name"] for mount in one["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}
    main = container(part)
    assert main["resources"].keys() == {"requests", "limits"}
    ports = {port["name"] for port in main["ports"]}
    assert {main[probe]["httpGet"]["port"] for probe in PROBES} <= ports
    pause = int(
        (main.get("lifecycle") or {"preStop": {"exec": {"command": ["sleep", "0"]}}})["preStop"]["exec"]["command"][1]
    )
    assert spec["terminationGracePeriodSeconds"] >= pause + 10, "SIGTERM to exit"
    notes = pods()[part]["metadata"]["annotations"]
    assert notes["prometheus.io/port"] == str(main["ports"][0]["containerPort"])


@pytest.fixture
def environ(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a pod's processes see: the ConfigMap and the Secret filled in, with an empty database and free ports."""
    name = f"cluster_{secrets.token_hex(4)}"
    with psycopg.connect(postgresql.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        (config,) = of_kind("ConfigMap").values()
        given = config["data"] | yaml.safe_load(EXAMPLE.read_text())["stringData"] | credentials()
        address = re.sub(r"/[^/?]*(?=\?)", f"/{name}", postgresql.url())
        with free_port() as port, free_port() as worker_port:
            ports = {"HOST": "127.0.0.1", "PORT": str(port), "WORKER_PORT": str(worker_port)}
            yield given | ports | {"DATABASE_URL": address, "PYTHONPATH": str(TOP)}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_pods_start_answer_their_probes_and_give_the_number_that_is_scaled_on(
    environ: dict[str, str], tmp_path: Path
) -> None:
    def start(one: dict[str, Any]) -> subprocess.Popen[str]:
        command = [*COMMAND, *one["args"]]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=pipe, stderr=pipe, text=True)

    for part in ("web", "worker"):
        (first,) = pods()[part]["spec"]["initContainers"]
        first_run = start(first)
        assert first_run.communicate(timeout=PATIENCE) == ("The database is up to date.\n", ""), part
    running = {part: start(container(part)) for part in ("web", "worker")}
    try:
        line_with(running["web"].stdout, "listens on")
        line_with(running["worker"].stderr, "worker.ready")
        for part, port in (("web", environ["PORT"]), ("worker", environ["WORKER_PORT"])):
            address = f"http://127.0.0.1:{port}"
            answers = {ask(address, container(part)[probe]["httpGet"]["path"]) for probe in PROBES}
            assert answers == {(200, "alive"), (200, "ready")}
            path = pods()[part]["metadata"]["annotations"]["prometheus.io/path"]
            with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:
                metrics = answer.read().decode()
            (scaler,) = of_kind("HorizontalPodAutoscaler").values()
            scaled_on = scaler["spec"]["metrics"][0]["external"]["metric"]["name"]
            assert (f"\n{scaled_on} 0.0\n" in metrics) == (part == "web")
            assert "process_resident_memory_bytes" in metrics or part == "web"
    finally:
        ended = [stopped(process) for process in running.values()]
    assert ended == [0, 0]
