/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: paths, beginnings and ends of paths. Out: our patterns, with everything that is special in them escaped.
 *
 * A pattern that came out is read by the language's own parser before it is added.
 */
#include "import_path.h"
#include "glob.h"
#include <errno.h>
#include <string.h>

static void add(struct import *import, const char *text, const struct node *at, struct draft_list *list)
{
	struct pattern_error error = { 0 };
	struct pattern *pattern;
	size_t n;
	int r;

	r = pattern_parse(text, strlen(text), &import->arena, &pattern, &n, &error);
	if (r == -ENOMEM)
		import->no_memory = true;
	if (r == -EINVAL)
		import_left_out(import, at, "import-path", error.hint, "'%.200s': %s", text, error.message);
	if (r == 0)
		draft_add(import, list, text, at);
}

const char *import_escaped(struct import *import, const char *text)
{
	char *copy = arena_alloc(&import->arena, 2 * strlen(text) + 1);

	if (!copy) {
		import->no_memory = true;
		return "";
	}
	glob_escape(text, strlen(text), copy);
	return copy;
}

/* --- one path --------------------------------------------------------------------------------------------- */

/* Drops the last component of what has been written. */
static char *step_up(const char *copy, char *to)
{
	while (to > copy && *--to != '/')
		;
	return to;
}

/* Without "//", "." and ".."; the trailing slash stays. */
static const char *cleaned(struct import *import, const char *path)
{
	char *copy = arena_alloc(&import->arena, strlen(path) + 2), *to = copy;

	if (!copy) {
		import->no_memory = true;
		return path;
	}
	while (*path) {
		size_t size = strcspn(++path, "/");

		if (size == 2 && strncmp(path, "..", 2) == 0)
			to = step_up(copy, to);
		else if (size > 0 && !(size == 1 && *path == '.'))
			to += sprintf(to, "/%.*s", (int)size, path);
		path += size;
		if (strcmp(path, "/") == 0)
			break;
	}
	if (*path == '/' || to == copy)
		*to++ = '/';
	*to = '\0';
	return copy;
}

/* NULL: reported; it names nothing there either. */
static const char *absolute(struct import *import, const char *path, const struct node *at)
{
	const char *clean;

	if (*path != '/') {
		import_note(import, at, "import-path", "write the whole path, from / on",
			    "'%.200s' is no path from the root: it matches nothing there, and is not converted", path);
		return NULL;
	}
	clean = cleaned(import, path);
	if (strcmp(clean, path) != 0)
		import_note(import, at, "import-path", NULL, "'%.200s' is taken as '%.200s'", path, clean);
	return clean;
}

bool import_path(struct import *import, const char *path, const struct node *at, struct draft_list *list)
{
	const char *clean = absolute(import, path, at);

	if (!clean)
		return true;
	if (strcmp(clean, "/") == 0) {
		import_left_out(import, at, "import-path", "in bulwark / is the root folder and everything below it",
				"the root folder alone");
		return false;
	}
	if (clean[strlen(clean) - 1] == '/') {
		import_note(import, at, "import-path", "leave out the slash at the end, or name the folder's files",
			    "'%.200s' ends in a slash, as no path of a file does: it is taken as the folder itself",
			    path);
		clean = import_format(import, "%.*s", (int)strlen(clean) - 1, clean);
	}
	add(import, import_escaped(import, clean), at, list);
	return true;
}

bool import_path_prefix(struct import *import, const char *text, const struct node *at, struct draft_list *list)
{
	const char *clean = absolute(import, text, at);
	size_t size = clean ? strlen(clean) : 0;

	if (!clean)
		return true;
	if (clean[size - 1] == '/')
		add(import, import_format(import, "%s**", import_escaped(import, clean)), at, list);
	else
		add(import, import_format(import, "%s*/", import_escaped(import, clean)), at, list);
	return true;
}

bool import_path_postfix(struct import *import, const char *text, const struct node *at, struct draft_list *list)
{
	size_t size = strlen(text);

	if (size == 0 || text[size - 1] == '/') {
		import_note(import, at, "import-path", NULL,
			    "no path ends in '%.200s': it matches nothing there, and is not converted", text);
		return true;
	}
	add(import, import_format(import, *text == '/' ? "/**%s" : "/**/*%s", import_escaped(import, text)), at, list);
	return true;
}

bool import_folder(struct import *import, const char *path, bool recursive, const struct node *at,
		   struct draft_list *list)
{
	const char *clean = absolute(import, path, at), *folder;
	size_t size = clean ? strlen(clean) : 0;

	if (!clean)
		return true;
	while (size > 0 && clean[size - 1] == '/')
		size--;
	if (clean[size] == '\0')
		import_note(import, at, "import-path", NULL,
			    "folders end in a slash there; '%.200s' is taken as the folder it names", path);
	folder = import_escaped(import, import_format(import, "%.*s", (int)size, clean));
	if (recursive) {
		add(import, import_format(import, "%s/", folder), at, list);
		return true;
	}
	if (size > 0)
		add(import, folder, at, list);
	add(import, import_format(import, "%s/*", folder), at, list);
	return true;
}

/* --- AppArmor's patterns ----------------------------------------------------------------------------------- */

#define GLOBS_MAX 64 /* patterns that one of AppArmor's may become */

/* One of their patterns on its way. */
struct glob {
	struct import *import;
	const struct node *at;
	struct draft_list *list;
	const char *whole;
	unsigned int n;
};

static void emit(struct glob *glob, const char *text)
{
	if (++glob->n <= GLOBS_MAX)
		add(glob->import, text, glob->at, glob->list);
	else if (glob->n == GLOBS_MAX + 1)
		import_left_out(glob->import, glob->at, "import-path", "divide the pattern",
				"'%.200s' becomes more than %d patterns", glob->whole, GLOBS_MAX);
}

/* Where the alternative that opens at `open` ends; NULL: nowhere. */
static const char *closing(const char *open)
{
	unsigned int depth = 0;

	for (; *open; open++) {
		if (*open == '\\' && open[1])
			open++;
		else if (*open == '{')
			depth++;
		else if (*open == '}' && --depth == 0)
			return open;
	}
	return NULL;
}

/* The end of the alternative that begins at `from`, before `end`. */
static const char *alternative_end(const char *from, const char *end)
{
	unsigned int depth = 0;

	for (; from < end; from++) {
		if (*from == '\\')
			from++;
		else if (*from == '{')
			depth++;
		else if (*from == '}')
			depth--;
		else if (*from == ',' && depth == 0)
			return from;
	}
	return end;
}

static void expand_stars(struct glob *glob, const char *done, const char *rest, unsigned int depth);

/* Alternatives with a slash or of one text are none of ours: each becomes a pattern. */
static void expand_braces(struct glob *glob, const char *text, unsigned int depth)
{
	const char *open = text, *end = NULL, *from;

	if (glob->n > GLOBS_MAX || depth > GLOBS_MAX)
		return;
	for (;; open++) {
		open = strchr(open, '{');
		end = open ? closing(open) : NULL;
		if (!end)
			break;
		if (memchr(open, '/', (size_t)(end - open)) || alternative_end(open + 1, end) == end)
			break;
	}
	if (!end) {
		expand_stars(glob, "", text, 0);
		return;
	}
	for (from = open + 1; from <= end; from++) {
		const char *to = alternative_end(from, end);

		expand_braces(glob,
			      import_format(glob->import, "%.*s%.*s%s", (int)(open - text), text, (int)(to - from),
					    from, end + 1),
			      depth + 1);
		from = to;
	}
}

/* A component with `**` glued to other text: any bytes, slashes among them. */
static void expand_glued(struct glob *glob, const char *done, const char *component, const char *rest,
			 unsigned int depth)
{
	const char *stars = strstr(component, "**"), *right = stars + strspn(stars, "*");
	struct import *import = glob->import;
	int left = (int)(stars - component);

	if (!*right && !*rest) {
		emit(glob, import_format(import, "%s/%.*s*/", done, left, component));
		return;
	}
	if (!*right) {
		expand_stars(glob, import_format(import, "%s/%.*s*/**", done, left, component), rest, depth + 1);
		return;
	}
	if (left) {
		expand_stars(glob, done, import_format(import, "/%.*s*%s%s", left, component, right, rest), depth + 1);
		done = import_format(import, "%s/%.*s*", done, left, component);
	}
	expand_stars(glob, import_format(import, "%s/**", done), import_format(import, "/*%s%s", right, rest),
		     depth + 1);
}

/* Component by component, from what is done to what is left, which begins with a slash. */
static void expand_stars(struct glob *glob, const char *done, const char *rest, unsigned int depth)
{
	struct import *import = glob->import;

	if (glob->n > GLOBS_MAX)
		return; /* told already */
	if (depth > GLOBS_MAX) {
		glob->n = GLOBS_MAX;
		emit(glob, "");
		return;
	}
	while (*rest) {
		size_t size = strcspn(rest + 1, "/");
		const char *component = import_format(import, "%.*s", (int)size, rest + 1);

		rest += size + 1;
		if (!*component)
			continue;
		if (strcmp(component, "**") == 0 && *rest) {
			done = import_format(import, "%s/*/**", done); /* of theirs: not none */
		} else if (strcmp(component, "**") != 0 && strstr(component, "**")) {
			expand_glued(glob, done, component, rest, depth);
			return;
		} else {
			done = import_format(import, "%s/%s", done, component);
		}
	}
	emit(glob, *done ? done : "/");
}

bool import_glob(struct import *import, const char *pattern, const struct node *at, struct draft_list *list)
{
	struct glob glob = { .import = import, .at = at, .list = list, .whole = pattern };
	size_t before = import->n_left_out;

	if (strncmp(pattern, "**", 2) == 0)
		pattern = import_format(import, "/%s", pattern);
	if (*pattern == '^') {
		import_note(import, at, "import-path", "write a path with wildcards, as in /proc/*/maps",
			    "'%.200s' is a regular expression: it matches nothing there, and is not converted",
			    pattern);
		return true;
	}
	if (*pattern != '/')
		return absolute(import, pattern, at) != NULL;
	if (strchr(pattern, ' '))
		import_note(import, at, "import-path",
			    "arguments are matched by exec: {paths: [...], args: [\"install*\"]}",
			    "'%.200s' has a space: a path is compared, not a command line", pattern);
	expand_braces(&glob, pattern, 0);
	return import->n_left_out == before;
}
