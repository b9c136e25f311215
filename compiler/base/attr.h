/* Function attributes, the only compiler extensions in the tree. */
#ifndef STYX_BASE_ATTR_H
#define STYX_BASE_ATTR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define COLD __attribute__((cold))

#endif
