/* The schema grammar: statements, steps, calls and their clauses (providers.md, 2.1).
 *
 * A statement ends where no clause word follows; a line that begins with one continues the line
 * before.  Slots of the nodes made here:
 *
 *   SCHEMA_CALL   text: operation, verb, or "empty"; 0 RECORD, URL, or NULL; [SCHEMA_CLAUSE]
 *   SCHEMA_CLAUSE text: word; 0 by word: SCHEMA_PATH, expression, INT, IDENT, SCHEMA_CALL;
 *                 [codes, finders, paths, `text` and `for` as SCHEMA_CLAUSE]
 *   steps         SCHEMA_CALL; IF with steps; LET_IN: 0 IDENT, 2 SCHEMA_CALL, 3 steps
 *   SCHEMA_STMT   text: word; 0 and 1:
 *     "before create", "before delete"  SCHEMA_CALL, let IDENT?
 *     read batch list                   SCHEMA_CALL
 *     create delete                     steps
 *     update, "update *"                steps or IDENT `create`, bracket IDENT?; [PATH]
 *     aspect, "aspect single"           SCHEMA_CALL, IDENT
 *     facet                             IDENT; [paths, after, get, put, del]
 *     sync, bracket, waiter             IDENT; [clauses]
 *     gone                              expression
 *     select                            [SCHEMA_MAP: text = attribute], newest
 *     where                             expression, STRING; [by]
 *     exactly_one_of, ...               [PATH]
 *
 * Thread: one at a time. */
#include "compiler/syntax/parse_schema_impl.h"

#include "compiler/base/check.h"

static const Str verbs[] = {
	STR_INIT("GET"),
	STR_INIT("POST"),
	STR_INIT("PUT"),
	STR_INIT("PATCH"),
	STR_INIT("DELETE"),
	STR_INIT("HEAD"),
};

static const Str path_clauses[] = {
	STR_INIT("at"),
	STR_INIT("each"),
	STR_INIT("key"),
	STR_INIT("by"),
	STR_INIT("yields"),
};

static const Str rule_words[] = {
	STR_INIT("exactly_one_of"),
	STR_INIT("at_least_one_of"),
	STR_INIT("conflicts"),
	STR_INIT("requires"),
};

static const Str unsupported_words[] = {
	STR_INIT("plan"),
	STR_INIT("upgrade"),
	STR_INIT("locate"),
	STR_INIT("diff"),
	STR_INIT("kind"),
};

static Node *parse_call(Parser *p);
static Node *parse_steps(Parser *p);

static bool at_one_of(const Parser *p, const Str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parse_at_word(p, words[i]))
			return true;
	}
	return false;
}

#define AT_ONE_OF(p, words) at_one_of((p), (words), sizeof(words) / sizeof((words)[0]))

/* A word that a `=`, `{` or `:` follows is a field or an attribute, not a clause. */
static bool is_followed_by_value(const Parser *p)
{
	TokenKind next = parse_peek(p, 1)->kind;

	return next == TOK_EQUALS || next == TOK_LBRACE || next == TOK_COLON;
}

static Node *clause_new(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_CLAUSE, parse_token(p)->text);

	parse_next(p);
	return n;
}

/* { Key path }: names, indexes and dots up to `=` or `{`; the text as written. */
static Node *parse_record_key(Parser *p)
{
	Node *n;

	if (parse_at(p, TOK_STRING))
		return parse_plain_string(p, STR("the name of a member"));
	n = parse_schema_path(p);
	n->kind = NODE_IDENT;
	n->kid_count = 0;
	return n;
}

/* "{" { Key ( "=" Expr | Record ) | "..." Expr } "}" */
static Node *parse_call_record(Parser *p)
{
	Node *n = parse_node(p, NODE_RECORD, STR_NONE);
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	if (!parse_expect(p, TOK_LBRACE, STR("before the members of a call")))
		return n;
	p->is_in_parens = false;
	p->open_records++;
	while (!parse_at(p, TOK_RBRACE) && !parse_at(p, TOK_END)) {
		Node *item;

		if (parse_at(p, TOK_ELLIPSIS)) {
			item = parse_node(p, NODE_SPREAD, STR_NONE);
			parse_next(p);
			item->kids[0] = parse_expr(p);
		} else {
			item = parse_node(p, NODE_FIELD, STR("="));
			item->kids[FIELD_KEY] = parse_record_key(p);
			if (parse_at(p, TOK_LBRACE)) {
				item->text = STR("{");
				item->kids[FIELD_VALUE] = parse_call_record(p);
			} else if (parse_expect(p, TOK_EQUALS, STR("after a member's name"))) {
				item->kids[FIELD_VALUE] = parse_expr(p);
			}
		}
		node_add(p->arena, n, parse_done(p, item));
		if (p->is_failed || !recover_item(p, TOK_RBRACE))
			break;
	}
	p->open_records--;
	p->is_in_parens = was_in_parens;
	if (!p->is_failed)
		(void)recover_close(p, open, TOK_RBRACE); /* reported there */
	return parse_done(p, n);
}

/* Codes = Code { "," Code } .   Code = String | INT | IDENT . */
static void parse_codes(Parser *p, Node *n)
{
	do {
		if (parse_at(p, TOK_STRING) || parse_at(p, TOK_INT))
			node_add(p->arena, n, parse_literal(p));
		else
			node_add(p->arena, n, parse_name(p, STR("an error code")));
	} while (!p->is_failed && parse_accept(p, TOK_COMMA));
}

/* "for" DURATION */
static Node *parse_for(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_CLAUSE, STR("for"));

	parse_next(p);
	if (!parse_at(p, TOK_DURATION))
		(void)parse_expect(p, TOK_DURATION, STR("after `for`"));
	else
		n->kids[0] = parse_literal(p);
	return parse_done(p, n);
}

/* "retry" Codes [ "text" String ] [ "for" DURATION ] */
static Node *parse_retry(Parser *p)
{
	Node *n = clause_new(p);

	parse_codes(p, n);
	if (parse_at_word(p, STR("text"))) {
		Node *text = clause_new(p);

		text->kids[0] = parse_plain_string(p, STR("part of a message"));
		node_add(p->arena, n, parse_done(p, text));
	}
	if (parse_at(p, TOK_FOR))
		node_add(p->arena, n, parse_for(p));
	return parse_done(p, n);
}

/* "page" ( INT | "all" | "server" ) */
static Node *parse_page(Parser *p)
{
	Node *n = clause_new(p);

	n->kids[0] = parse_at(p, TOK_INT) ? parse_literal(p)
					  : parse_name(p, STR("`all`, `server` or a number"));
	return parse_done(p, n);
}

/* "on" WirePath [ "==" Expr ] */
static Node *parse_on(Parser *p)
{
	Node *n = clause_new(p);

	n->kids[0] = parse_schema_path(p);
	if (parse_accept(p, TOK_EQ))
		node_add(p->arena, n, parse_expr(p));
	return parse_done(p, n);
}

/* "query" Record | "body" ( Record | Expr ) | "content" String | "stream" */
static Node *parse_http_clause(Parser *p)
{
	Node *n;

	if (parse_at_word(p, STR("query")) || parse_at_word(p, STR("body"))) {
		n = clause_new(p);
		n->kids[0] = parse_at(p, TOK_LBRACE) ? parse_call_record(p) : parse_expr(p);
	} else if (parse_at_word(p, STR("content"))) {
		n = clause_new(p);
		n->kids[0] = parse_plain_string(p, STR("a content type"));
	} else if (parse_at_word(p, STR("stream"))) {
		n = clause_new(p);
	} else {
		return NULL;
	}
	return parse_done(p, n);
}

/* Clause, or NULL where none begins. */
static Node *parse_clause(Parser *p)
{
	Node *n;

	if (parse_at(p, TOK_IF)) {
		n = clause_new(p);
		n->text = STR("if");
		n->kids[0] = parse_expr(p);
		return parse_done(p, n);
	}
	if (is_followed_by_value(p))
		return NULL;
	if (parse_at_word(p, STR("retry")))
		return parse_retry(p);
	if (parse_at_word(p, STR("page")))
		return parse_page(p);
	if (parse_at_word(p, STR("on")))
		return parse_on(p);
	if (AT_ONE_OF(p, path_clauses)) {
		n = clause_new(p);
		n->kids[0] = parse_schema_path(p);
	} else if (parse_at_word(p, STR("brief"))) {
		n = clause_new(p);
	} else if (parse_at_word(p, STR("find")) || parse_at_word(p, STR("ok")) ||
		   parse_at_word(p, STR("none"))) {
		n = clause_new(p);
		parse_codes(p, n);
	} else if (parse_at_word(p, STR("wait")) || parse_at_word(p, STR("async"))) {
		n = clause_new(p);
		n->kids[0] = parse_name(p, STR("a name"));
	} else if (parse_at_word(p, STR("mend"))) {
		n = clause_new(p);
		parse_codes(p, n);
		if (parse_accept_word(p, STR("by")))
			n->kids[0] = parse_call(p);
	} else {
		return NULL;
	}
	return parse_done(p, n);
}

/* Behind a `let` of steps an `if` on a new line begins the next step. */
static void parse_clauses(Parser *p, Node *call, bool is_http, bool is_let)
{
	while (!p->is_failed && !(is_let && parse_at(p, TOK_IF) && parse_at_new_line(p))) {
		Node *clause = is_http ? parse_http_clause(p) : NULL;

		if (!clause)
			clause = parse_clause(p);
		if (!clause)
			return;
		node_add(p->arena, call, clause);
	}
}

/* "empty" "(" IDENT "=" Call { SEP IDENT "=" Call } ")" */
static void parse_empty(Parser *p, Node *n)
{
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	parse_next(p);
	p->is_in_parens = false;
	while (!p->is_failed && !parse_at(p, TOK_RPAREN) && !parse_at(p, TOK_END)) {
		Node *part = clause_new(p);

		if (parse_expect(p, TOK_EQUALS, STR("after the name of a part")))
			part->kids[0] = parse_call(p);
		node_add(p->arena, n, parse_done(p, part));
		(void)parse_accept(p, TOK_COMMA); /* a new line does as well */
	}
	p->is_in_parens = was_in_parens;
	(void)recover_close(p, open, TOK_RPAREN); /* reported there */
}

/* Call { Clause } */
static Node *parse_call_of(Parser *p, bool is_let)
{
	Node *n = parse_node(p, NODE_SCHEMA_CALL, parse_token(p)->text);
	bool is_http = false;

	if (parse_at_word(p, STR("empty")) && parse_peek(p, 1)->kind == TOK_LPAREN) {
		parse_next(p);
		parse_empty(p, n);
	} else if (AT_ONE_OF(p, verbs)) {
		is_http = true;
		parse_next(p);
		n->kids[0] = parse_literal(p);
	} else {
		n->text = parse_name(p, STR("an operation"))->text;
		if (!p->is_failed)
			n->kids[0] = parse_call_record(p);
	}
	parse_clauses(p, n, is_http, is_let);
	return parse_done(p, n);
}

static Node *parse_call(Parser *p)
{
	return parse_call_of(p, false);
}

/* Steps = Call { Clause } | "if" Expr "then" Steps "else" Steps
 *       | "let" IDENT "=" Call { Clause } EOL Steps . */
static Node *parse_steps(Parser *p)
{
	Node *n;

	if (p->is_failed || !parse_enter(p))
		return parse_node(p, NODE_BAD, STR_NONE);
	if (parse_at(p, TOK_IF)) {
		n = parse_node(p, NODE_IF, STR_NONE);
		parse_next(p);
		n->kids[0] = parse_expr(p);
		if (parse_expect(p, TOK_THEN, STR("after the condition of a step")))
			n->kids[1] = parse_steps(p);
		if (!p->is_failed && parse_expect(p, TOK_ELSE, STR("after the steps of `then`")))
			n->kids[2] = parse_steps(p);
	} else if (parse_at(p, TOK_LET)) {
		n = parse_node(p, NODE_LET_IN, STR_NONE);
		parse_next(p);
		n->kids[0] = parse_name(p, STR("the name of an answer"));
		if (parse_expect(p, TOK_EQUALS, STR("after the name of an answer")))
			n->kids[2] = parse_call_of(p, true);
		n->kids[3] = parse_steps(p);
	} else {
		n = parse_call(p);
	}
	parse_leave(p);
	return parse_done(p, n);
}

/* Paths = Path { "," Path } , into `n`. */
static void parse_paths(Parser *p, Node *n)
{
	do
		node_add(p->arena, n, parse_path(p));
	while (!p->is_failed && parse_accept(p, TOK_COMMA));
}

/* "before" ( "create" | "delete" ) [ "let" IDENT "=" ] Call */
static void parse_before(Parser *p, Node *n)
{
	if (parse_accept_word(p, STR("create")))
		n->text = STR("before create");
	else if (parse_accept_word(p, STR("delete")))
		n->text = STR("before delete");
	else
		(void)parse_error(p, DIAG_SYNTAX, parse_token(p)->span,
			"expected `create` or `delete` after `before`");
	if (parse_accept(p, TOK_LET)) {
		n->kids[1] = parse_name(p, STR("the name of an answer"));
		(void)parse_expect(p, TOK_EQUALS, STR("after the name of an answer"));
	}
	n->kids[0] = parse_call(p);
}

/* "update" ( "*" | Paths ) [ IDENT ] "=" ( Steps | "create" ) */
static void parse_update(Parser *p, Node *n)
{
	if (parse_accept(p, TOK_STAR))
		n->text = STR("update *");
	else
		parse_paths(p, n);
	if (parse_at(p, TOK_IDENT))
		n->kids[1] = parse_name(p, STR("the name of a bracket"));
	if (!parse_expect(p, TOK_EQUALS, STR("after the attributes of an update")))
		return;
	if (parse_at_word(p, STR("create")) && parse_peek(p, 1)->kind != TOK_LBRACE)
		n->kids[0] = parse_name(p, STR("`create`"));
	else
		n->kids[0] = parse_steps(p);
}

/* "aspect" "@" IDENT [ "single" ] "=" Call */
static void parse_aspect(Parser *p, Node *n)
{
	(void)parse_expect(p, TOK_AT, STR("before the name of an aspect"));
	n->kids[1] = parse_name(p, STR("the name of an aspect"));
	if (parse_accept_word(p, STR("single")))
		n->text = STR("aspect single");
	if (parse_expect(p, TOK_EQUALS, STR("after the name of an aspect")))
		n->kids[0] = parse_call(p);
}

/* { word Call } for the words given, into `n`. */
static void parse_parts(Parser *p, Node *n, const Str *words, size_t count)
{
	while (!p->is_failed && at_one_of(p, words, count) && parse_peek(p, 1)->kind == TOK_IDENT) {
		Node *part = clause_new(p);

		part->kids[0] = parse_call(p);
		node_add(p->arena, n, parse_done(p, part));
	}
}

/* "facet" "@" IDENT Paths [ "after" Paths ] { ( "get" | "put" | "del" ) Call } */
static void parse_facet(Parser *p, Node *n)
{
	static const Str words[] = {STR_INIT("get"), STR_INIT("put"), STR_INIT("del")};
	Node *paths = parse_node(p, NODE_SCHEMA_CLAUSE, STR("paths"));

	(void)parse_expect(p, TOK_AT, STR("before the name of a facet"));
	n->kids[0] = parse_name(p, STR("the name of a facet"));
	parse_paths(p, paths);
	node_add(p->arena, n, parse_done(p, paths));
	if (parse_at_word(p, STR("after"))) {
		Node *after = clause_new(p);

		parse_paths(p, after);
		node_add(p->arena, n, parse_done(p, after));
	}
	parse_parts(p, n, words, 3);
}

/* "sync" IDENT { ( "add" | "del" | "mod" | "put" ) Call } ; "bracket" IDENT { open | close } */
static void parse_sync(Parser *p, Node *n)
{
	static const Str words[] = {
		STR_INIT("add"),
		STR_INIT("del"),
		STR_INIT("mod"),
		STR_INIT("put"),
		STR_INIT("open"),
		STR_INIT("close"),
	};
	bool is_bracket = str_eq(n->text, STR("bracket"));

	n->kids[0] = parse_name(p, STR("the name of an attribute or bracket"));
	parse_parts(p, n, is_bracket ? words + 4 : words, is_bracket ? 2 : 4);
}

/* One line of a waiter, or NULL. */
static Node *parse_waiter_part(Parser *p)
{
	Node *n;

	if (parse_at(p, TOK_FOR))
		return parse_for(p);
	if (is_followed_by_value(p))
		return NULL;
	if (parse_at_word(p, STR("every"))) {
		n = clause_new(p);
		n->kids[0] = parse_at(p, TOK_DURATION) ? parse_literal(p) : NULL;
		if (!n->kids[0])
			(void)parse_expect(p, TOK_DURATION, STR("after `every`"));
	} else if (parse_at_word(p, STR("until")) || parse_at_word(p, STR("fail"))) {
		n = clause_new(p);
		n->kids[0] = parse_expr(p);
	} else if (parse_at_word(p, STR("ok"))) {
		n = clause_new(p);
		parse_codes(p, n);
	} else if (parse_at_word(p, STR("retry"))) {
		return parse_retry(p);
	} else if (parse_at_word(p, STR("by"))) {
		n = clause_new(p);
		if (parse_at_word(p, STR("watch")))
			parse_schema_unsupported(p, STR("watch"));
		else
			n->kids[0] = parse_call(p);
	} else {
		return NULL;
	}
	return parse_done(p, n);
}

/* "waiter" IDENT { part }.  A waiter's `by` call takes the clauses that follow it; those that are
 * the waiter's own (`ok`, `retry`) come back from the call. */
static void parse_waiter(Parser *p, Node *n)
{
	n->kids[0] = parse_name(p, STR("the name of a waiter"));
	while (!p->is_failed) {
		Node *part = parse_waiter_part(p);

		if (!part)
			return;
		node_add(p->arena, n, part);
	}
}

/* IDENT "->" ( WirePath | Fn ) { "|" Fn } */
static Node *parse_select_item(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_MAP, parse_token(p)->text);

	(void)parse_name(p, STR("an attribute"));
	if (!parse_expect(p, TOK_ARROW, STR("after an attribute to select by")))
		return parse_done(p, n);
	if (parse_peek(p, 1)->kind == TOK_LPAREN) {
		Node *call = parse_node(p, NODE_CALL, STR_NONE);

		call->kids[0] = parse_name(p, STR("the name of a function"));
		parse_args(p, call);
		node_add(p->arena, n, parse_done(p, call));
	} else {
		n->kids[0] = parse_schema_path(p);
	}
	parse_schema_fns(p, n);
	return parse_done(p, n);
}

/* "select" Select { "," Select } [ "newest" Path ] */
static void parse_select(Parser *p, Node *n)
{
	do
		node_add(p->arena, n, parse_select_item(p));
	while (!p->is_failed && parse_accept(p, TOK_COMMA));
	if (parse_at_word(p, STR("newest"))) {
		Node *newest = clause_new(p);

		newest->kids[0] = parse_schema_path(p);
		node_add(p->arena, n, parse_done(p, newest));
	}
}

/* "where" Expr [ "by" Path ] "," String */
static void parse_where(Parser *p, Node *n)
{
	n->kids[0] = parse_expr(p);
	if (parse_at_word(p, STR("by"))) {
		Node *by = clause_new(p);

		node_add(p->arena, by, parse_path(p));
		node_add(p->arena, n, parse_done(p, by));
	}
	if (parse_expect(p, TOK_COMMA, STR("before the reason of a rule")))
		n->kids[1] = parse_plain_string(p, STR("the reason of a rule"));
}

/* "(" Paths ")", a new line doing for a comma. */
static void parse_rule(Parser *p, Node *n)
{
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	if (!parse_expect(p, TOK_LPAREN, STR("before the attributes of a rule")))
		return;
	p->is_in_parens = true;
	while (!p->is_failed && !parse_at(p, TOK_RPAREN) && !parse_at(p, TOK_END)) {
		node_add(p->arena, n, parse_path(p));
		(void)parse_accept(p, TOK_COMMA); /* a new line does as well */
	}
	p->is_in_parens = was_in_parens;
	(void)recover_close(p, open, TOK_RPAREN); /* reported there */
}

Node *parse_schema_stmt(Parser *p)
{
	static const struct {
		Str word;
		void (*parse)(Parser *, Node *);
	} statements[] = {
		{STR_INIT("before"), parse_before},
		{STR_INIT("update"), parse_update},
		{STR_INIT("aspect"), parse_aspect},
		{STR_INIT("facet"), parse_facet},
		{STR_INIT("sync"), parse_sync},
		{STR_INIT("bracket"), parse_sync},
		{STR_INIT("waiter"), parse_waiter},
		{STR_INIT("select"), parse_select},
		{STR_INIT("where"), parse_where},
	};
	Node *n = parse_node(p, NODE_SCHEMA_STMT, parse_token(p)->text);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (parse_accept_word(p, statements[i].word)) {
			statements[i].parse(p, n);
			return parse_done(p, n);
		}
	}
	if (AT_ONE_OF(p, rule_words)) {
		parse_next(p);
		parse_rule(p, n);
	} else if (AT_ONE_OF(p, unsupported_words)) {
		parse_schema_unsupported(p, parse_token(p)->text);
	} else if (parse_accept_word(p, STR("create")) || parse_accept_word(p, STR("delete"))) {
		n->kids[0] = parse_steps(p);
	} else if (parse_accept_word(p, STR("read")) || parse_accept_word(p, STR("batch")) ||
		   parse_accept_word(p, STR("list"))) {
		n->kids[0] = parse_call(p);
	} else if (parse_accept_word(p, STR("gone"))) {
		n->kids[0] = parse_expr(p);
	} else {
		Str found = parse_describe(p, parse_token(p));

		(void)parse_error(p, DIAG_SCHEMA_SYNTAX, parse_token(p)->span,
			"expected an attribute or a statement, found %.*s", STR_ARG(found));
	}
	return parse_done(p, n);
}
