(function () {
  "use strict";
  var radios = document.querySelectorAll("input[name='lang']");
  var root = document.documentElement;
  function remember(code) { try { window.localStorage.setItem("kla-lang", code); } catch (e) { /* page opened from disk */ } }
  function remembered() { try { return window.localStorage.getItem("kla-lang"); } catch (e) { return null; } }
  function apply(radio) {
    root.lang = radio.value;
    document.title = radio.getAttribute("data-title");
  }
  radios.forEach(function (radio) {
    radio.addEventListener("change", function () { apply(radio); remember(radio.value); });
    if (radio.value === remembered()) { radio.checked = true; }
    if (radio.checked) { apply(radio); }
  });
}());
