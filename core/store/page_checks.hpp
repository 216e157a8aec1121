// A checksum in every page of the database file, checked whenever the page is read.
//
// SQLite notices a damaged page only where its own structure stops making sense; a bit that flips in a row
// would be served as data. So the store lies on a layer between SQLite and its file access: SQLite leaves the
// last 8 bytes of each page of 4096 free (it notes this in byte 20 of the file), and the layer fills them:
//
//   bytes 0..4087      content, SQLite's
//   bytes 4088..4095   checksum, little endian
//
// The checksum reads the content as 511 little-endian words of 8 bytes, dealt in turn to four lanes. Each
// lane starts with the page's offset in the file (so that a page written to the wrong place does not pass)
// plus its number, and takes a word by lane = rotate_left((lane ^ word) * kOdd, 29), which can be undone and
// so loses nothing: a page that differs in one word only has another checksum for certain, any other damaged
// page all but certainly. The lanes are then joined by the same step. It is no protection against someone who
// means to deceive.
//
// A page of nothing but zeros passes: SQLite can leave a hole for a page that is free. The write-ahead log
// has checksums of its own, so only the database file is covered here. A program that knows nothing of this
// may read such a file but must not write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace agentnet::store {

inline constexpr std::size_t kPageBytes = 4096;  // of one page
inline constexpr int kPageCheckBytes = 8;        // at the end of each page

// Fills in the checksum of a page that lies at that offset of the file.
void seal_page(std::span<std::uint8_t, kPageBytes> page, std::int64_t offset);

// The name of the layer, for sqlite3_open_v2; it stands on what is SQLite's default file access at the time
// of the call. A read of a damaged page fails with SQLITE_IOERR_DATA. Throws Error failed/store when SQLite
// cannot start.
const char* page_checked_vfs();

}  // namespace agentnet::store
