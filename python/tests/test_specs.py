import subprocess
import sys

import pytest

import mtlc


def test_problems_have_a_place_and_a_help():
    found = mtlc.check('data d: csv("x.csv") { columns { a: numbr } }\n\ntask t: x', "a.mtl")
    [problem] = [one for one in found if "numbr" in one.message]
    assert problem.file.endswith("a.mtl") and problem.severity == "error" and problem.help
    assert str(problem).startswith(f"{problem.file}:{problem.line}:{problem.column}: error[")


def test_a_spec_without_problems_has_none():
    with open("../pipelines/penguins.mtl", encoding="utf-8") as file:
        assert mtlc.check(file.read(), "../pipelines/penguins.mtl") == []


def test_texts_are_laid_out():
    assert mtlc.format("input   x from d.a ->  standardize") == "input x from d.a -> standardize\n"
    with pytest.raises(mtlc.SpecError) as found:
        mtlc.format("task {{")
    assert found.value.problems[0].code == "unmatched-bracket" and "never closed" in str(found.value)


def test_the_command_is_there_and_importing_takes_no_library_along():
    said = subprocess.run([sys.executable, "-m", "mtlc", "--version"], capture_output=True, text=True)
    assert said.returncode == 0 and said.stdout.startswith("mtlc ")
    code = subprocess.run([sys.executable, "-m", "mtlc", "no-such"], capture_output=True, text=True)
    assert code.returncode == 2 and "no-such" in code.stderr
    script = "import sys, mtlc; print([name for name in ('numpy', 'pandas', 'sklearn', 'pyarrow') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "[]"
