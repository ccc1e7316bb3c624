"""The four scenarios of the curriculum as tables: situation → choice → where it leads and what it brings."""

from __future__ import annotations

from typing import Any

MEASURES = ("governance", "finance", "trust", "posture")

TABLES = {
    "s1": """
        n1 a n2 0 -1 0 -2|n1 b n3 1 2 2 3|n1 c n4 0 0 -1 -1
        n2 a e4 -1 -2 -1 -2|n2 b n5 1 1 1 2
        n3 a n5 -2 -1 -1 -1|n3 b n6 2 2 2 3|n3 c n7 -1 0 -2 -2
        n4 a n3 0 1 1 1|n4 b e4 0 -1 -2 -2
        n5 a e3 0 0 0 0|n5 b n8 1 3 1 2|n5 c e2 -1 1 -3 -1
        n6 a n8 3 2 2 2|n6 b e2 0 0 -1 -1
        n7 a n6 1 1 1 2|n7 b e4 -2 -1 -1 -2
        n8 a e1 0 2 1 1|n8 b e3 0 -1 0 0|n8 c e1 1 3 1 2
        e1 best|e2 poor|e3 good|e4 bad""",
    "s2": """
        n1 a n2 -3 0 -2 -2|n1 b n3 3 0 2 2|n1 c n4 0 0 -1 0
        n2 a e3 -3 0 -2 -2|n2 b n5 2 0 1 2
        n3 a n6 -1 0 -1 -1|n3 b n6 2 0 1 2
        n4 a n3 2 0 1 1|n4 b e3 -2 0 -1 -1
        n5 a n6 3 0 1 2|n5 b e3 -3 0 -2 -2
        n6 a n7 1 1 3 3|n6 b n7 -1 0 -2 -2
        n7 a n8 -2 0 -1 -1|n7 b n8 2 0 1 2
        n8 a e1 3 0 2 2|n8 b e2 -2 0 -1 -1
        e1 best|e2 good|e3 bad""",
    "s3": """
        n1 a n2 -2 -1 -1 -1|n1 b n3 2 1 1 3|n1 c n4 -1 0 -2 -3
        n2 a n5 0 1 -1 0|n2 b n3 2 1 1 2
        n3 a n6 3 2 2 3|n3 b e3 -2 -1 -1 -1
        n4 a n3 1 0 1 2|n4 b e3 -2 0 -2 -2
        n5 a n6 1 1 1 1|n5 b e3 -3 0 -2 -3
        n6 a n7 0 -1 0 0|n6 b e1 2 3 2 2|n6 c e2 2 2 1 2
        n7 a e2 1 1 0 1|n7 b e3 -2 -2 -1 -2
        e1 best|e2 good|e3 bad""",
    "s4": """
        n1 a n2 -3 -1 -2 -3|n1 b n3 2 0 2 3|n1 c n4 0 0 -2 -1
        n2 a e4 -3 0 -2 -3|n2 b n3 2 0 1 2
        n3 a n5 2 0 3 3|n3 b n5 0 0 -1 0
        n4 a n3 1 0 1 1|n4 b e4 -1 0 -1 -2
        n5 a n6 2 1 3 3|n5 b e3 -2 0 -1 -2
        n6 a e3 -2 0 -3 -2|n6 b e1 2 0 3 3|n6 c e2 0 0 0 0
        e1 best|e2 good|e3 poor|e4 bad""",
}


def structure_of(table: str, **settings: Any) -> dict[str, Any]:
    """Return the structure that a table stands for."""
    nodes: dict[str, dict[str, Any]] = {}
    for row in table.replace("\n", "|").split("|"):
        match row.split():
            case [node, ending]:
                nodes[node] = {"id": node, "ending": ending}
            case [node, choice, to, *by]:
                effects = [{"on": on, "by": int(points)} for on, points in zip(MEASURES, by, strict=True) if points != "0"]
                nodes.setdefault(node, {"id": node, "choices": []})["choices"].append({"id": choice, "to": to, "effects": effects})
    return {
        "pass_share": "0.6",
        "steps_back": 1,
        "back_costs": "posture",
        "indicators": "end",
        "measures": [{"id": one} for one in MEASURES],
        "nodes": list(nodes.values()),
        **settings,
    }


def texts_of(structure: dict[str, Any]) -> dict[str, str]:
    """Return a text for everything that needs one; each says where it stands, so that a page can be searched for it."""
    texts = {f"{one['id']}/name": f"Name-of-{one['id']}" for one in structure["measures"]}
    for node in structure["nodes"]:
        texts[f"{node['id']}/situation"] = f"Situation-{node['id']}."
        if node.get("ending"):
            texts[f"{node['id']}/title"] = f"Title-{node['id']}"
        for choice in node.get("choices", ()):
            texts[f"{node['id']}/{choice['id']}"] = f"Choice-{node['id']}-{choice['id']}"
            texts[f"{node['id']}/{choice['id']}/consequence"] = f"Consequence-{node['id']}-{choice['id']}"
    return texts
