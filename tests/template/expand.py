"""Expands template.yaml the way CloudFormation's serverless transform does."""

import copy
import os
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
REGION = "ap-northeast-1"


def load(path: Path = ROOT / "template.yaml") -> dict:
    """The template as written, intrinsics in their long form."""
    return yaml_parse(path.read_text(encoding="utf-8"))


def functions() -> str:
    """The code of all functions and of what they share."""
    paths = sorted(path for folder in ("functions", "shared") for path in (ROOT / folder).glob("*/src/**/*.rs"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def expand(source: dict) -> dict:
    """The template after the transform; the source is left alone."""
    # The transform asks for the partition of the session's region; nothing is called.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    template = copy.deepcopy(source)
    # `sam package` puts an object of the artifact bucket in the place of the folder.
    template["Globals"]["Function"]["CodeUri"] = "s3://artifacts/function.zip"
    parameters = {name: parameter.get("Default", "value") for name, parameter in template.get("Parameters", {}).items()}
    parameters |= {
        "AWS::Region": REGION,
        "AWS::Partition": "aws",
        "AWS::AccountId": "123456789012",
        "AWS::StackName": "city",
    }
    session = boto3.session.Session(region_name=REGION)
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=session)
    return translator.translate(template, parameters)
