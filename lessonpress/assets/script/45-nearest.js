// The known name that a mistyped one is nearest to, or undefined: two neighbors swapped are one mistake, as a wrong,
// a missing or a spare letter is. A word of up to five letters may have one mistake, a longer one two.
function lessonpressNearest(typed, names) {
  const countMistakes = (one, two) => {
    let [before, above] = [[], [...two, ""].map((_, place) => place)];
    for (let i = 1; i <= one.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= two.length; j += 1) {
        row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (one[i - 1] !== two[j - 1]));
        const swapped = i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1];
        if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, above] = [above, row];
    }
    return above[two.length];
  };
  const word = typed.trim().toLowerCase();
  if (word.length < 3) return undefined;
  let [nearest, fewest] = [undefined, word.length > 5 ? 2 : 1];
  for (const name of names) {
    if (Math.abs(name.length - word.length) > fewest) continue;
    const mistakes = countMistakes(word, name.toLowerCase());
    if (mistakes < fewest || (mistakes === fewest && nearest === undefined)) [nearest, fewest] = [name, mistakes];
  }
  return nearest;
}
