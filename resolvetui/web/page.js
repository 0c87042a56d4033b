// The keys go to the app at once, without a click on it first; and again when the window gets
// them back. Not before the socket is open: the terminal tells it at once that it has the focus.
function focusTerminal() {
  if (document.body.classList.contains("-loaded")) {
    document.querySelector(".xterm-helper-textarea")?.focus();
  }
}
window.addEventListener("load", () => {
  new MutationObserver(focusTerminal).observe(document.body, { attributeFilter: ["class"] });
});
window.addEventListener("focus", focusTerminal);
