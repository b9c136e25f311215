"""Runs the live tests: main.py STYX [NAME...]; each test_*.py is a module of functions test_*."""

import importlib
import pathlib
import sys
import time
import traceback

import harness


def main():
    styx, wanted = sys.argv[1], sys.argv[2:]
    here = pathlib.Path(__file__).parent
    sys.path.insert(0, str(here))
    passed = failed = skipped = 0
    with harness.World(styx) as world:
        for path in sorted(here.glob("test_*.py")):
            module = importlib.import_module(path.stem)
            for name, test in sorted(vars(module).items()):
                if not name.startswith("test_") or not callable(test):
                    continue
                full = f"{path.stem}.{name}"
                if wanted and not any(w in full for w in wanted):
                    continue
                start = time.monotonic()
                try:
                    with harness.Place(world) as place:
                        test(place)
                    passed += 1
                    print(f"ok   live/{full} ({time.monotonic() - start:.1f} s)", flush=True)
                except harness.Skip as why:
                    skipped += 1
                    print(f"skip live/{full}: {why}", flush=True)
                except Exception:
                    failed += 1
                    print(f"FAIL live/{full}", flush=True)
                    traceback.print_exc(limit=-4, file=sys.stdout)
    print(f"live: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
