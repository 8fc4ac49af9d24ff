// Elements and numbers as people read them. Texts become text nodes: nothing here reads markup.

const NONE = "–";

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") {
            element.addEventListener(name, value);
        } else if (value !== null && value !== undefined && value !== false) {
            element.setAttribute(name, value === true ? "" : String(value));
        }
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

/** An HTML element; an attribute that is a function listens to the event of that name. */
function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
function draw(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function place(id, ...children) {
    document.getElementById(id).replaceChildren(...children);
}

function known(value) {
    return typeof value === "number" && Number.isFinite(value);
}

/** A number with a fixed count of decimals and thousands apart. */
function number(value, decimals = 0) {
    if (!known(value)) {
        return NONE;
    }
    return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A share from 0 to 1 in percent; `signed` shows a plus as well. */
function percent(value, decimals = 1, signed = false) {
    if (!known(value)) {
        return NONE;
    }
    const sign = signed && value > 0 ? "+" : "";
    return `${sign}${number(value * 100, decimals).replace("-", "−")} %`;
}

/** A count with its noun, in the plural where it needs one. */
function counted(count, noun) {
    return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Whether a calendar has these UTC seconds: a script's dates end 10⁸ days from 1970. */
function dated(seconds) {
    return known(seconds) && Math.abs(seconds) < 8.64e12;
}

/** UTC seconds as an ISO date, with the time of day where `timed`. */
function iso(seconds, timed) {
    if (!dated(seconds)) {
        return NONE;
    }
    const text = new Date(seconds * 1000).toISOString();
    if (!timed) {
        return text.slice(0, 10);
    }
    return `${text.slice(0, 10)} ${text.slice(11, text.slice(17, 19) === "00" ? 16 : 19)}`;
}
