/** Follow the system's light or dark, until the person chooses. */
const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function current() {
  return localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
}

function apply(button) {
  const theme = current();
  document.documentElement.dataset.theme = theme;
  button.textContent = theme === "dark" ? "☀" : "☾";
  button.setAttribute("aria-label", theme === "dark" ? "Use the light theme" : "Use the dark theme");
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
