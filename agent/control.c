/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: connections on the socket. Out: clients with rights. Who has none is told so and let go, before a byte is read.
 *
 * The path belongs to who holds the lock beside it: a socket's file tells nothing about whether its agent lives, and
 * to try it out would be a race between two agents that start together.
 */
#include "control.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "client.h"
#include "config.h"
#include "log.h"

#define CLIENTS_MAX 64
#define READERS_MAX 32 /* of these without the right to change: they cannot lock out who may */
#define GROUPS_MAX  256
#define BACKLOG	    16

struct control {
	struct loop *loop;
	struct control_options options;
	struct sockaddr_un address;
	char lock_path[PATH_MAX];
	int lock;
	struct loop_watch watch;
	struct client *client[CLIENTS_MAX];
	size_t n;
};

/* --- the path --------------------------------------------------------------------------------------------- */

static int make_parent(const char *path)
{
	_free_ char *copy = strdup(path);
	char *slash = copy ? strrchr(copy, '/') : NULL;

	if (!copy)
		return -ENOMEM;
	if (!slash || slash == copy)
		return 0;
	*slash = '\0';
	return mkdir(copy, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/* Whether the file that is locked still is the one that the path names: its last owner may just have removed it. */
static bool is_at(int fd, const char *path)
{
	struct stat open_file, named;

	return fstat(fd, &open_file) == 0 && stat(path, &named) == 0 && open_file.st_dev == named.st_dev &&
	       open_file.st_ino == named.st_ino;
}

static int take_lock(const char *path)
{
	_close_ int fd = -1;

	do {
		cleanup_close(&fd);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0)
			return errno == EWOULDBLOCK ? -EADDRINUSE : -errno;
	} while (!is_at(fd, path));
	return TAKE_FD(fd);
}

static int claim(struct control *control)
{
	const char *path = control->options.path;
	size_t size = strlen(path);
	int r;

	if (size >= sizeof(control->address.sun_path)) {
		log_error("Socket path '%s' is too long: %zu bytes is the most", path,
			  sizeof(control->address.sun_path) - 1);
		return -ENAMETOOLONG;
	}
	control->address.sun_family = AF_UNIX;
	memcpy(control->address.sun_path, path, size + 1);
	snprintf(control->lock_path, sizeof(control->lock_path), "%s.lock", path);
	r = make_parent(path);
	if (r < 0)
		return log_error_errno(r, "Cannot make the folder of '%s': %m", path);
	control->lock = take_lock(control->lock_path);
	if (control->lock == -EADDRINUSE)
		return log_error_errno(-EADDRINUSE,
				       "Another agent runs with the socket '%s': end it with `bulwarkd --stop`", path);
	if (control->lock < 0)
		return log_error_errno(control->lock, "Cannot lock '%s': %m", control->lock_path);
	return 0;
}

int control_new(struct loop *loop, const struct control_options *options, struct control **ret)
{
	struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control)
		return -ENOMEM;
	control->loop = loop;
	control->options = *options;
	control->watch.fd = -1;
	r = claim(control);
	if (r < 0) {
		free(control);
		return r;
	}
	*ret = control;
	return 0;
}

void control_close(struct control *control)
{
	if (control->watch.fd < 0)
		return;
	loop_unwatch(&control->watch);
	(void)unlink(control->options.path);
	close(control->watch.fd);
	control->watch.fd = -1;
}

struct control *control_free(struct control *control)
{
	if (!control)
		return NULL;
	control_close(control);
	while (control->n)
		client_free(control->client[--control->n]);
	(void)unlink(control->lock_path); /* while it is still locked: see is_at() */
	close(control->lock);
	free(control);
	return NULL;
}

/* --- peers ------------------------------------------------------------------------------------------------ */

static bool has_group(gid_t wanted, const gid_t *group, size_t n)
{
	size_t i;

	for (i = 0; i < n && wanted != CONFIG_NO_GROUP; i++)
		if (group[i] == wanted)
			return true;
	return false;
}

unsigned int control_rights(const struct control_options *options, uid_t uid, const gid_t *group, size_t n)
{
	if (uid == 0 || uid == geteuid() || has_group(options->admin_group, group, n))
		return CONTROL_READ | CONTROL_CHANGE;
	return has_group(options->reader_group, group, n) ? CONTROL_READ : 0;
}

/* The identities that the peer had when it connected, as the kernel keeps them; its groups too. */
static int know_peer(const struct control *control, int fd, struct control_peer *ret)
{
	gid_t group[GROUPS_MAX + 1];
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	size_t n = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
		return -errno;
	size = GROUPS_MAX * sizeof(*group);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, group, &size) == 0)
		n = size / sizeof(*group);
	group[n++] = credentials.gid;
	*ret = (struct control_peer){
		.pid = credentials.pid,
		.uid = credentials.uid,
		.rights = control_rights(&control->options, credentials.uid, group, n),
	};
	return 0;
}

static int turn_away(int fd, int error, const char *code, const char *message)
{
	char line[256];
	int size = snprintf(line, sizeof(line), "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n", code, message);

	(void)send(fd, line, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
	return error;
}

static size_t count_readers(const struct control *control)
{
	size_t i, n = 0;

	for (i = 0; i < control->n; i++)
		n += !(client_peer(control->client[i])->rights & CONTROL_CHANGE);
	return n;
}

static void on_gone(void *context, struct client *client)
{
	struct control *control = context;
	size_t i;

	for (i = 0; i < control->n; i++)
		if (control->client[i] == client)
			break;
	if (i < control->n)
		control->client[i] = control->client[--control->n];
	client_free(client);
}

int control_adopt(struct control *control, int fd, const struct control_peer *peer)
{
	struct client *client = NULL;
	int r;

	if (!peer->rights)
		return turn_away(fd, -EACCES, "not-permitted",
				 "only root and members of the configured groups may speak to the agent");
	if (control->n == CLIENTS_MAX || (!(peer->rights & CONTROL_CHANGE) && count_readers(control) >= READERS_MAX))
		return turn_away(fd, -EBUSY, "failed", "too many connections: try again later");
	r = client_new(control->loop, &control->options, peer, fd, &client);
	if (r < 0)
		return r;
	client_on_gone(client, on_gone, control);
	control->client[control->n++] = client;
	return 0;
}

static void on_connection(void *context, uint32_t events)
{
	struct control *control = context;
	int fd = accept4(control->watch.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct control_peer peer = { 0 };
	int r;

	(void)events;
	if (fd < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			log_warning_errno(-errno, "Cannot accept a connection on '%s': %m, ignoring",
					  control->options.path);
		return;
	}
	r = know_peer(control, fd, &peer);
	if (r < 0)
		close(fd);
	else
		r = control_adopt(control, fd, &peer);
	if (r == -EACCES)
		log_debug("User %u, process %u, has no right to speak on the socket", peer.uid, peer.pid);
}

/* --- the socket ------------------------------------------------------------------------------------------- */

/*
 * Rights come from the peer's identity and are checked for each; the file's mode only keeps away who has none anyway.
 * Two groups cannot both own a file, so with two of them everybody may knock.
 */
static int open_to_groups(const struct control *control)
{
	gid_t admin = control->options.admin_group, reader = control->options.reader_group;
	gid_t owner = admin != CONFIG_NO_GROUP ? admin : reader;
	bool two = admin != CONFIG_NO_GROUP && reader != CONFIG_NO_GROUP && admin != reader;

	if (owner == CONFIG_NO_GROUP)
		return 0;
	if (chown(control->options.path, -1, owner) < 0)
		return -errno;
	return chmod(control->options.path, two ? 0666 : 0660) < 0 ? -errno : 0;
}

static int bind_socket(struct control *control)
{
	_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask;
	int r;

	if (fd < 0)
		return -errno;
	(void)unlink(control->options.path); /* of an agent that was killed: we hold the lock */
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&control->address, sizeof(control->address)) < 0 ? -errno : 0;
	umask(mask);
	r = r < 0 ? r : open_to_groups(control);
	if (r >= 0 && listen(fd, BACKLOG) < 0)
		r = -errno;
	return r < 0 ? r : TAKE_FD(fd);
}

int control_listen(struct control *control)
{
	int fd = bind_socket(control);
	int r;

	if (fd < 0)
		return log_error_errno(fd, "Cannot listen on '%s': %m", control->options.path);
	control->watch = (struct loop_watch){ .fd = fd, .fn = on_connection, .context = control };
	r = loop_watch(control->loop, &control->watch, EPOLLIN);
	return r < 0 ? log_error_errno(r, "Cannot wait for connections: %m") : 0;
}

/* From the last to the first: a client that goes away is replaced by the last one, which has had its turn. */
void control_published(struct control *control)
{
	size_t i;

	for (i = control->n; i > 0; i--)
		client_pump(control->client[i - 1]);
}

void control_tick(struct control *control)
{
	size_t i;

	for (i = control->n; i > 0; i--)
		client_tick(control->client[i - 1]);
}
