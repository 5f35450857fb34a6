/** Follow the system's light or dark, until the person chooses. */
const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => localStorage.getItem(KEY);
const current = () => chosen() ?? (system.matches ? "dark" : "light");

function apply(button) {
  if (chosen()) document.documentElement.dataset.theme = chosen();
  button.textContent = current() === "dark" ? "☀" : "☾";
  button.setAttribute("aria-label", current() === "dark" ? "Use the light theme" : "Use the dark theme");
}

export function startTheme() {
  const button = document.getElementById("theme-toggle");
  apply(button);
  system.addEventListener("change", () => apply(button));
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, current() === "dark" ? "light" : "dark");
    apply(button);
  });
}
