/* Answer a quiz without leaving the page. Without this script the same form is sent and the page comes back with the result. */
(function () {
  "use strict";

  var handlers = new WeakMap(); // form -> function giving the address of its handler

  function cookie(name) {
    var found = document.cookie.match("(?:^|; )" + name + "=([^;]*)");
    return found ? decodeURIComponent(found[1]) : "";
  }

  function headers(form) {
    var field = form.querySelector("[name=csrf_token],[name=csrfmiddlewaretoken]");
    var token = field ? field.value : cookie("csrftoken"); // the cookie is how Django hosts hand it out
    var sent = { Accept: "application/json" };
    if (token) sent["X-CSRFToken"] = sent["X-CSRF-Token"] = token; // two spellings are about
    return sent;
  }

  function say(form, words, bad) {
    var status = form.querySelector("[data-status]");
    status.textContent = words;
    status.dataset.state = bad ? "error" : "";
  }

  function show(form, answer) {
    var over = answer.attempts_left === 0 || answer.open === false || answer.code === "closed";
    var bad = null;
    form.querySelectorAll("[data-question]").forEach(function (question) {
      var id = question.dataset.question;
      var wrong = (answer.errors_html || {})[id];
      var given = (answer.questions || {})[id] || {};
      if (answer.questions || answer.errors_html) {
        question.dataset.state = wrong ? "error" : given.state || "";
        question.querySelector("[data-result]").innerHTML = wrong || given.html || ""; // escaped by the server
        var input = question.querySelector("input");
        if (input.type === "text") input.setAttribute("aria-invalid", String(!!wrong));
        if (wrong) bad = bad || input;
      }
      question.disabled = over;
    });
    if ("attempts_words" in answer) form.querySelector("[data-attempts]").textContent = answer.attempts_words;
    say(form, answer.message, answer.code !== "marked");
    form.querySelector("[type=submit]").hidden = over;
    (bad || form.querySelector("[data-status]")).focus();
    if (answer.code === "marked") form.dispatchEvent(new CustomEvent("coop:marked", { bubbles: true, detail: answer }));
  }

  function send(event) {
    var form = event.currentTarget;
    var button = form.querySelector("[type=submit]");
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    button.disabled = true;
    say(form, form.dataset.sending);
    fetch(handlers.get(form)(), {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: headers(form), credentials: "same-origin"
    }).then(function (response) {
      if (response.redirected) return location.assign(response.url); // the host shows the result on a new page
      return response.json().then(function (answer) {
        if (!answer.code) throw new TypeError("not ours");
        show(form, answer);
      }).catch(function () { say(form, form.dataset.failed, true); });
    }, function () { say(form, form.dataset.offline, true); }).then(function () {
      form.removeAttribute("aria-busy");
      button.disabled = false;
    });
  }

  function enhance(form, url) {
    if (!handlers.has(form)) form.addEventListener("submit", send);
    handlers.set(form, url);
  }

  function enhanceAll() {
    document.querySelectorAll("form[data-coop-quiz]").forEach(function (form) {
      if (!handlers.has(form)) enhance(form, function () { return form.getAttribute("action"); });
    });
  }

  window.CoopQuiz = function (runtime, element) {
    var form = (element.jquery ? element[0] : element).querySelector("form[data-coop-quiz]");
    if (!form) return;
    enhance(form, function () {
      return runtime && runtime.handlerUrl ? runtime.handlerUrl(element, "submit") : form.getAttribute("action");
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhanceAll);
  else enhanceAll();
})();
