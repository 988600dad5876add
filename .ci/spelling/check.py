"""Checks the spelling of what people read: Markdown cells, READMEs, docs. British English, by hunspell, and words.txt for what it does not know.

    python3 .ci/spelling/check.py           # exit 1 and a line for each unknown word
    python3 .ci/spelling/check.py --unused  # also names words in words.txt that no text uses
"""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
WORDS = HERE / "words.txt"


def texts():
    """Every text with the place that a message names."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md", "*.ipynb"], cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            yield name, text
            continue
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "markdown":
                yield f"{name}, cell {cell.get('id', '?')}", "".join(cell["source"])


def prose(text):
    """The text without what is no English: code, addresses, tags, names with dots, slashes or digits in them."""
    text = re.sub(r"(?ms)^\s*(```|~~~).*?^\s*\1\s*$", " ", text)
    text = re.sub(r"(?m)^(?: {4}|\t).*\S.*$", lambda line: line.group() if re.match(r"\s+([-*|]|\d+\.)\s", line.group()) else " ", text)
    text = re.sub(r"(`+).+?\1", " ", text, flags=re.S)
    text = re.sub(r"<!--.*?-->|</?[A-Za-z][^>]*>", " ", text, flags=re.S)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    text = re.sub(r"https?://\S+", " ", text)
    text = re.sub(r"[\w-]*[/\\][\w./\\-]*|\S*\w[._@]\w\S*|\w*\d\w*", " ", text)
    return re.sub(r"\b([A-Z][a-z]+){2,}\b", " ", text).replace("’", "'")  # names such as TaskGroup


def unknown(words):
    found = subprocess.run(
        ["hunspell", "-d", "en_GB", "-i", "utf-8", "-l"], input="\n".join(words), capture_output=True, check=True, text=True)
    return set(found.stdout.split())


def main():
    own = {line.strip() for line in WORDS.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")}
    places = {}
    count = 0
    files = set()
    for place, text in texts():
        files.add(place.split(", cell ")[0])
        for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", prose(text)):
            count += 1
            word = re.sub(r"'s$", "", word)
            places.setdefault(word, place)
    if not places:
        sys.exit("spelling: no text was found to check.")
    wrong = sorted(word for word in unknown(sorted(places)) if word in places and word not in own and word.lower() not in own)
    for word in wrong:
        print(f"{places[word]}: {word}")
    if "--unused" in sys.argv:
        lower = {word.lower() for word in places}
        for word in sorted(own):
            if word not in places and word.lower() not in lower:
                print(f"words.txt: {word} is used nowhere")
    print(f"spelling: {len(files)} files, {count:,} words, {len(wrong)} unknown" + (": mend them, or add them to .ci/spelling/words.txt" if wrong else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
