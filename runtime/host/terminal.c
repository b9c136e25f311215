/* The standard streams, by their descriptors and without buffers of ours. */
#define _GNU_SOURCE
#include "runtime/host/terminal.h"

#include "compiler/base/buf.h"
#include "compiler/base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TERMINAL_COLUMNS = 80 };

void terminal_open_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		(void)close(fd);
}

bool terminal_is(int fd)
{
	return isatty(fd) == 1;
}

uint32_t terminal_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : TERMINAL_COLUMNS;
}

bool terminal_write(int fd, Str text)
{
	while (text.len) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EAGAIN) { /* somebody made it non-blocking */
			struct pollfd ready = {.fd = fd, .events = POLLOUT};

			(void)poll(&ready, 1, -1); /* the next write says what is wrong */
		} else if (n < 0 && errno != EINTR) {
			return false;
		} else if (n > 0) {
			text = str_slice(text, (size_t)n, text.len);
		}
	}
	return true;
}

bool terminal_print(Str text, bool *ret_is_gone, Diag *err)
{
	if (terminal_write(STDOUT_FILENO, text))
		return true;
	int code = errno;

	*ret_is_gone = code == EPIPE;
	return diag_fail(err, DIAG_FILE_IO, strerror(code), "cannot write to standard output");
}

/* Reads up to `len` bytes from standard input; 0 at its end, or when it cannot be read. */
static size_t terminal_read(char *to, size_t len)
{
	ssize_t n;

	do {
		n = read(STDIN_FILENO, to, len);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? (size_t)n : 0;
}

bool terminal_read_line(Arena *a, Str *ret)
{
	bool has_read = false;
	bool goes_on = true;
	Buf line;
	char c;

	buf_init(&line, TEXT_BYTES_MAX);
	while (goes_on && terminal_read(&c, 1)) { /* what follows the line is for other readers */
		has_read = true;
		goes_on = c != '\n';
		if (goes_on)
			buf_add_char(&line, c);
	}
	*ret = str_copy(a, str_trim_suffix(buf_str(&line), STR("\r")));
	buf_fini(&line);
	return has_read;
}

bool terminal_read_all(Arena *a, size_t bytes_max, Str *ret)
{
	char block[1 << 16];
	Buf all;
	size_t n;

	buf_init(&all, bytes_max);
	while (!all.overflowed && (n = terminal_read(block, sizeof(block))))
		buf_add(&all, (Str){block, n});
	bool ok = !all.overflowed;

	if (ok)
		*ret = str_copy(a, buf_str(&all));
	buf_fini(&all);
	return ok;
}
