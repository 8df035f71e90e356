// Sphinx's search, in order of what a page is about (BM25 over words weighted by where they stand; `words.js` has them)
// instead of by the alphabet. A symbol that is typed in full comes first; parts of symbols come last.
"use strict";

const pageScores = (terms) => {
  const {docs, index, mean} = SITE_WORDS, scores = new Map();
  const pairs = terms.slice(1).map((t, i) => `${terms[i]} ${t}`);   // words side by side say more than apart
  const starts = (w, term) => term.length > 3 && !w.includes(" ") && w.startsWith(term);
  const rare = {};
  for (const term of [...terms, ...pairs]) {
    const same = Object.keys(index).filter((w) => w === term || starts(w, term));
    const found = new Map();
    for (const w of same)
      for (const [d, tf] of index[w]) found.set(d, Math.max(found.get(d) || 0, w === term ? tf : tf / 2));
    const parts = term.split(" ");   // a pair is as telling as its words, not as it is rare
    rare[term] = parts[1] ? (rare[parts[0]] + rare[parts[1]]) / 2 : Math.log(1 + docs.length / (1 + found.size));
    for (const [d, tf] of found) {
      const s = scores.get(d) || {sum: 0, words: 0};
      s.sum += rare[term] * tf / (tf + 1.2 * (0.4 + 0.6 * docs[d].size / mean));
      s.words += !pairs.includes(term);
      scores.set(d, s);
    }
  }
  return [...scores].map(([d, s]) => [d, s.sum * (s.words / terms.length) ** 3]);
};

Search._performSearch = (query, searchTerms, excludedTerms, highlightTerms, objectTerms) => {
  const {docs, alias} = SITE_WORDS, typed = query.toLowerCase().trim();
  const terms = [...searchTerms].map((t) => alias[t] || t);
  const hits = pageScores(terms).map(([d, score]) => {
    const {name, title, heads, named, topics} = docs[d];
    const about = topics.some((w) => w.join(" ") === terms.join(" "));   // a keyword of the page, word for word
    const prior = docs[d].prior * (about ? 2 : terms.every((t) => named.includes(t)) ? 1.4 : 1);
    const head = heads.find(([, , words]) => terms.every((t) => words.includes(t)));   // to the section of this name
    const exact = head && head[2].length === terms.length;
    if (!head) return [name, title, "", null, prior * score, name, SearchResultKind.text];
    const value = (exact ? 1.3 : 1) * prior * score;
    return [name, `${title} > ${head[0]}`, "#" + head[1], null, value, name, SearchResultKind.title];
  });
  const best = Math.max(1, ...hits.map((h) => h[4]));
  for (const o of [...objectTerms].flatMap((t) => Search.performObjectSearch(t, objectTerms))) {
    const exact = [o[1].toLowerCase(), o[1].split(".").pop().toLowerCase()].includes(typed);
    const word = /^[a-z]+$/.test(query.trim());   // "resume" is a word first, `fit_mwn` and `MetaGradient` are symbols
    hits.push([...o.slice(0, 4), (exact ? (word ? 0.5 : 2) * best : 0.001 * o[4]), ...o.slice(5)]);
  }
  return hits.sort(_orderResultsByScoreThenName);
};
