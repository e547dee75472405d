(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (form) {
    var search = form.querySelector("input[type=search]");
    var boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
    var output = form.querySelector("output");
    var nothing = document.getElementById("nothing");
    var groups = Array.from(document.querySelectorAll(".group")).map(function (group) {
      return {
        element: group,
        head: group.querySelector("summary").textContent.toLowerCase(),
        entries: Array.from(group.querySelectorAll(".entry")).map(function (entry) {
          return {
            element: entry,
            text: entry.textContent.toLowerCase(),
            verdict: entry.dataset.verdict,
          };
        }),
      };
    });
    var apply = function () {
      var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = boxes.filter(function (box) { return box.checked; })
        .map(function (box) { return box.value; });
      var narrowed = words.length > 0 || shown.length < boxes.length;
      var count = 0;
      groups.forEach(function (group) {
        var some = 0;
        group.entries.forEach(function (entry) {
          var fits = shown.includes(entry.verdict) && words.every(function (word) {
            return entry.text.includes(word) || group.head.includes(word);
          });
          entry.element.hidden = !fits;
          some += fits ? 1 : 0;
        });
        group.element.hidden = some === 0;
        if (narrowed !== form.narrowed || narrowed) {
          group.element.open = narrowed && some > 0;
        }
        count += some;
      });
      form.narrowed = narrowed;
      nothing.hidden = count > 0;
      output.textContent = count + " shown";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("click", function (event) {
      var fold = event.target.dataset && event.target.dataset.fold;
      if (fold) {
        groups.forEach(function (group) { group.element.open = fold === "open"; });
      }
    });
    document.addEventListener("keydown", function (event) {
      var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
      }
    });
    form.narrowed = false;
    form.hidden = false;
    apply();
  }
  // A link to something folded unfolds it.
  var unfold = function () {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", unfold);
  unfold();
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".card").forEach(function (card) { card.open = true; });
  });
})();
