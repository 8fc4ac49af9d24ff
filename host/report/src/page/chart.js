// Candles, volume and marks of one symbol at a time, with what chooses and explains them.

const BARS_AT_FIRST = 160;

/** The whole section: choice of symbol, drawing, legend, filter and list. */
function chartSection(charts, leftOut) {
    const drawn = charts.filter((chart) => Array.isArray(chart.bars) && chart.bars.length > 0);
    if (drawn.length === 0) {
        return place("chart-body", make("p", {}, "This run kept no bars to draw."));
    }
    let [symbol, hidden, timed] = [drawn[0], new Set(), false];
    const box = make("div", { class: "canvas" });
    const readout = make("p", { class: "readout" });
    const keys = make("p", { class: "legend" });
    const note = make("span", { class: "soft" });
    const list = make("div", { class: "said" });
    const select = make(
        "select",
        { id: "symbol", change: () => choose(drawn[select.selectedIndex]) },
        drawn.map((chart) => make("option", {}, chart.symbol ?? "")),
    );
    const filter = markFilter(drawn, (now) => {
        hidden = now;
        showMarks();
    });
    const range = (text, count) => make("button", { type: "button", click: () => drawing.last(count) }, text);
    place(
        "chart-body",
        make(
            "p",
            { class: "controls" },
            make("label", { for: "symbol" }, "Symbol "),
            select,
            range(`last ${BARS_AT_FIRST} bars`, BARS_AT_FIRST),
            range("all bars", 0),
            note,
        ),
        keys,
        readout,
        box,
        make("div", { class: "beside" }, filter, list),
    );
    const drawing = canvas(box, tell);

    function sorted() {
        const marks = (symbol.marks ?? []).filter((said) => symbol.bars[said.bar] && !hidden.has(keyOf(said)));
        return marks.sort((left, right) => left.bar - right.bar);
    }

    function tell(at) {
        const bar = symbol.bars[at ?? symbol.bars.length - 1];
        const places = decimals(symbol.bars);
        const prices = ["O", "H", "L", "C"].map((name, index) => [
            make("span", { class: "soft" }, ` ${name} `),
            number(bar?.[index + 1], places),
        ]);
        const said =
            at === null
                ? []
                : sorted()
                      .filter((one) => one.bar === at)
                      .slice(0, 6)
                      .map((one) =>
                          make(
                              "span",
                              { class: "entry" },
                              swatch(labelOf(one)),
                              `${arrow(one.direction)} ${one.plugin}/${one.pattern}, ${labelOf(one)}`,
                          ),
                      );
        readout.replaceChildren(
            make("b", {}, symbol.symbol ?? ""),
            ` ${iso(bar?.[0], timed)}`,
            ...prices.flat(),
            make("span", { class: "soft" }, " V "),
            `${number(bar?.[5])} `,
            ...said,
        );
    }

    function showMarks() {
        const marks = sorted();
        drawing.marks(marks);
        keys.replaceChildren(...legend(marks));
        list.replaceChildren(
            ...markList(symbol, marks, timed, (said) => {
                drawing.show(said);
                tell(said.bar);
                box.scrollIntoView({ block: "nearest" });
            }),
        );
    }

    function choose(chart) {
        symbol = chart;
        select.selectedIndex = drawn.indexOf(chart);
        timed = drawing.bars(chart);
        const notes = [];
        if (chart.shown < chart.rows) {
            notes.push(`The last ${number(chart.shown)} of ${number(chart.rows)} rows are drawn.`);
        }
        if (leftOut > 0) {
            notes.push(
                `${counted(leftOut, "more symbol")} of the run ${leftOut === 1 ? "is" : "are"} not on this page.`,
            );
        }
        note.textContent = notes.join(" ");
        showMarks();
        drawing.last(BARS_AT_FIRST);
        tell(null);
    }

    function follow() {
        const named = new URLSearchParams(location.hash.slice(1)).get("symbol");
        choose(drawn.find((chart) => chart.symbol === named) ?? symbol);
    }

    select.addEventListener("change", () => location.replace(`#symbol=${encodeURIComponent(symbol.symbol ?? "")}`));
    window.addEventListener("hashchange", follow);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawing.paint());
    const copy = make("div", { class: "copy" });
    box.after(copy);
    // a canvas keeps the screen's size and colours on paper, so a picture in paper's stands in for it
    for (const [event, paper] of [
        ["beforeprint", true],
        ["afterprint", false],
    ]) {
        window.addEventListener(event, () => {
            document.documentElement.dataset.paper = String(paper);
            drawing.paint();
            copy.replaceChildren(...(paper ? [drawing.picture()] : []));
        });
    }
    follow();
}
