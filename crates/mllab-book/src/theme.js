(function () {
  var root = document.documentElement;
  function saved() { try { return localStorage.getItem("theme"); } catch (e) { return null; } }
  if (saved()) root.dataset.theme = saved();
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (e) { /* private windows keep no theme */ }
    });
  });
})();
