// Counts what goes wrong, before anything else can: a page that is only half drawn says so.
"use strict";
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"]) {
    window.addEventListener(kind, () => {
        const root = document.documentElement;
        root.dataset.errors = String(Number(root.dataset.errors) + 1);
    });
}
