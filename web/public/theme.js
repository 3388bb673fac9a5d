// Runs before the first paint, so that a person who chose a theme never sees the other one flash.
try {
  const choice = localStorage.getItem('millrace.theme')
  if (choice === 'light' || choice === 'dark') {
    document.documentElement.setAttribute('data-mantine-color-scheme', choice)
    document.documentElement.style.colorScheme = choice
  }
} catch {}
