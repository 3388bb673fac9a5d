/**
 * Whether a question is asked, by the answers above it. The server decides by this, and the page shows by it: it is
 * part of the page's script. `answerTo` gives type and text of an answer; undefined is none.
 */
export function isAsked(visibleWhen, answerTo) {
  if (!visibleWhen) return true
  const holds = condition => {
    const { type, text } = answerTo(condition.field)
    return isMet(condition, type, text)
  }
  const { match, conditions } = visibleWhen
  return match === 'any' ? conditions.some(holds) : conditions.every(holds)
}

const CHOICES = ['DROPDOWN', 'MULTI_SELECT']

function isMet({ operator, value }, type, text) {
  if (operator === 'is_answered') return text !== undefined
  if (operator === 'is_empty') return text === undefined
  if (operator === 'is_not') return !isMet({ operator: 'is', value }, type, text)
  if (operator === 'not_contains') return !isMet({ operator: 'contains', value }, type, text)
  if (text === undefined) return false
  if (type === 'NUMBER') {
    if (operator === 'at_least') return Number(text) >= Number(value)
    return operator === 'at_most' ? Number(text) <= Number(value) : Number(text) === Number(value)
  }
  if (operator === 'at_least') return text >= value
  if (operator === 'at_most') return text <= value
  // The options of a list are what they are; what somebody typed is compared as people read it.
  const [said, wanted] = CHOICES.includes(type) ? [text, value] : [folded(text), folded(value)]
  if (operator === 'is') return said === wanted
  return type === 'MULTI_SELECT' ? said.split('\n').includes(wanted) : said.includes(wanted)
}

function folded(text) {
  return text.trim().toLowerCase()
}
