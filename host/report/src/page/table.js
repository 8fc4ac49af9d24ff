// Tables that sort by a click on a header.

function before(left, right) {
    const [empty, other] = [left, right].map((value) => value === null || value === undefined);
    if (empty || other) {
        return empty - other; // what is not known comes last, whichever way one sorts
    }
    return null;
}

function compare(left, right, descending) {
    const order =
        before(left, right) ??
        (typeof left === "string" ? left.localeCompare(String(right), "en", { numeric: true }) : left - right);
    return descending && before(left, right) === null ? -order : order;
}

/**
 * A table. A column has `name`, `key` (row → what to sort by), `cell` (row → text or node), and perhaps
 * `figure` (aligned right, sorted largest first), `hint`, `head` (a node under the name) and `kind` (a class).
 */
function table(columns, rows, caption) {
    const body = make("tbody", {});
    const heads = columns.map((column) => {
        const sort = make("button", { type: "button", title: column.hint, click: () => turn(column) }, column.name);
        return make("th", { scope: "col", class: kinds(column), "aria-sort": "none" }, sort, column.head);
    });

    function kinds(column) {
        return [column.figure ? "figure" : "", column.kind ?? ""].join(" ").trim() || null;
    }

    function show(sorted) {
        body.replaceChildren(
            ...sorted.map((row) =>
                make(
                    "tr",
                    {},
                    columns.map((column) => make("td", { class: kinds(column) }, column.cell(row))),
                ),
            ),
        );
    }

    function turn(column) {
        const head = heads[columns.indexOf(column)];
        const now = head.getAttribute("aria-sort");
        const descending = now === "none" ? Boolean(column.figure) : now === "ascending";
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        show([...rows].sort((left, right) => compare(column.key(left), column.key(right), descending)));
    }

    show(rows);
    return make(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
        make("table", {}, make("thead", {}, make("tr", {}, heads)), body),
    );
}

/** A column of plain figures under one field of a row. */
function figure(name, field, text, hint) {
    return { name, hint, figure: true, key: (row) => row[field], cell: (row) => text(row[field]) };
}
