// What ran, at what cost, and what it was made of.

function nodesSection(nodes) {
    const failed = nodes.filter((node) => node.fault);
    const all = counted(nodes.length, "node");
    const some = `${number(failed.length)} of ${all} failed; what a node said before its fault counts.`;
    const note = failed.length === 0 ? `${all}, none failed.` : some;
    place("nodes-note", note);
    if (nodes.length === 0) {
        return;
    }
    const columns = [
        { name: "node", kind: "first", key: (node) => node.label, cell: (node) => node.label ?? "" },
        figure("rows", "rows", number),
        figure("fuel per row", "fuel_per_row", (value) => number(value, 1)),
        { name: "fault", kind: "fault", key: (node) => node.fault, cell: (node) => node.fault ?? "" },
    ];
    const rest = nodes.filter((node) => !node.fault);
    place("nodes-table", table(columns, [...failed, ...rest], "Nodes"));
}

/** A value as indented text. */
function outline(value, indent = "") {
    if (value === null || typeof value !== "object" || Object.keys(value).length === 0) {
        return value === null || typeof value === "object" ? NONE : String(value);
    }
    const deeper = `${indent}  `;
    if (Array.isArray(value)) {
        return value.map((one) => `${indent}– ${outline(one, deeper).trimStart()}`).join("\n");
    }
    return Object.entries(value)
        .map(([key, one]) => {
            const text = outline(one, deeper);
            return `${indent}${key}:${text.startsWith(deeper) ? "\n" : " "}${text}`;
        })
        .join("\n");
}

function provenanceSection(provenance) {
    const entries = Object.entries(provenance);
    if (entries.length === 0) {
        return place("provenance-body", make("p", {}, "Nothing was kept of what this run was made of."));
    }
    place(
        "provenance-body",
        make(
            "dl",
            {},
            entries.flatMap(([name, value]) => [
                make("dt", {}, name.replaceAll("_", " ")),
                make("dd", {}, outline(value)),
            ]),
        ),
    );
}
