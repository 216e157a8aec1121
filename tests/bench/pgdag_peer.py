"""The peer's side of the workflow benchmarks: the template of a file, run by the SDK's own pgdag in this process.

    python pgdag_peer.py TEMPLATE

Only the run is timed. {"wall", "cpu"} are seconds, "count" is the number of steps.
"""

import asyncio
import json
import logging
import sys
import time

import pgdag

logging.disable(logging.CRITICAL)


async def nothing(_context):
    return {}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        template = json.load(file)
    runner = pgdag.PGDAGRunner()
    for name in template["nodes"]:
        runner.register_step(name, nothing)
    dag = pgdag.DAGTemplate(name=template["name"], nodes=[pgdag.DAGNode(id=name) for name in template["nodes"]],
                            edges=[pgdag.DAGEdge(*edge) for edge in template["edges"]])
    wall, cpu = time.perf_counter(), time.process_time()
    result = asyncio.run(runner.execute(dag, {"seed": 1}))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not result.success:
        sys.exit("the run did not succeed")
    print(json.dumps({"wall": wall, "cpu": cpu, "count": len(template["nodes"])}))


if __name__ == "__main__":
    main()
