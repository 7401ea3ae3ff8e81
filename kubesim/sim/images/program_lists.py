"""The programs that distributions have, by their bare names, and where they put them.

The names are facts: ``BUSYBOX`` is what ``busybox --list`` prints, with the rest of upstream's default configuration;
``DEBIAN`` what Debian's essential and required packages put into its folders of programs; ``RED_HAT`` what coreutils,
bash, grep, sed, gawk and rpm of Red Hat's distributions do, of which images have more.
"""

from __future__ import annotations

BUSYBOX = """
[ [[ acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash awk base64 basename bc beep blkdiscard
blockdev bootchartd brctl bunzip2 busybox bzcat bzip2 cal cat chat chattr chgrp chmod chown chpasswd chpst chroot chvt
cksum clear cmp comm conspy cp cpio crc32 crond crontab cryptpw cttyhack cut date dc dd deallocvt delgroup deluser
depmod devmem df diff dirname dmesg dnsdomainname dos2unix du dumpkmap dumpleases echo ed egrep env envdir envuidgid
expand expr factor fakeidentd fallocate false fatattr fbset fbsplash fdflush fdisk fgconsole fgrep find findfs flock
fold free freeramdisk fsck fsck.minix fsfreeze fstrim fsync ftpget ftpput getopt getty grep groups gunzip gzip halt hd
hdparm head hexdump hostid hostname httpd hush hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown
ifenslave ifplugd ifup inetd init inotifyd insmod ionice iostat ip ipcalc ipcrm ipcs iplink ipneigh iproute iprule
iptunnel kbd_mode kill killall killall5 klogd last less link linux32 linux64 linuxrc ln loadfont loadkmap logger login
logname logread losetup lpd lpq lpr ls lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop lzopcat makedevs makemime
man md5sum mdev mesg microcom mim mkdir mkdosfs mke2fs mkfifo mkfs.ext2 mkfs.minix mkfs.vfat mknod mkpasswd mkswap
mktemp modinfo modprobe more mount mountpoint mpstat mt mv nameif nanddump nandwrite nbd-client nc netstat nice nl
nmeter nohup nologin nproc nsenter nslookup ntpd nuke od openvt partprobe passwd paste patch pgrep pidof ping ping6
pipe_progress pivot_root pkill pmap popmaildir poweroff powertop printenv printf ps pscan pstree pwd pwdx raidautorun
rdate readahead readlink readprofile realpath reboot reformime remove-shell renice reset resize resume rev rfkill rm
rmdir rmmod route rtcwake run-init run-parts runlevel runsv runsvdir rx script scriptreplay sed sendmail seq setarch
setconsole setfattr setfont setkeycodes setlogcons setpriv setserial setsid setuidgid sh sha1sum sha256sum sha3sum
sha512sum showkey shred shuf slattach sleep smemcap softlimit sort split ssl_client start-stop-daemon stat strings
stty su sulogin sum sv svc svlogd svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tcpsvd
tee telnet telnetd test tftp tftpd time timeout top touch tr traceroute traceroute6 tree true truncate ts tty ttysize
tunctl ubiattach ubidetach ubimkvol ubirename ubirmvol ubirsvol ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent
umount uname uncompress unexpand uniq unix2dos unlink unlzma unlzop unshare unxz unzip uptime users usleep uudecode
uuencode vconfig vi vlock volname w wall watch watchdog wc wget which who whoami whois xargs xxd xz xzcat yes zcat
zcip
"""
DEBIAN = """
[ add-shell addpart agetty apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark arch awk b2sum base32 base64
basename basenc bash bashbug blkdiscard blkid blkzone blockdev captoinfo cat chage chattr chcon chcpu chfn chgpasswd
chgrp chmem chmod choom chown chpasswd chroot chrt chsh cksum clear clear_console cmp comm cp cpgr cppw csplit
ctrlaltdel cut dash date dd deb-systemd-helper deb-systemd-invoke debconf delpart df diff diff3 dir dircolors dirname
dmesg dnsdomainname domainname dpkg dpkg-deb dpkg-divert dpkg-fsys-usrunmess dpkg-maintscript-helper dpkg-preconfigure
dpkg-query dpkg-realpath dpkg-reconfigure dpkg-split dpkg-statoverride dpkg-trigger du dumpe2fs e4crypt e4defrag echo
egrep env expand expiry expr factor faillock faillog fallocate false fgrep filefrag find findfs findmnt flock fmt fold
fsck fsck.cramfs fsck.ext2 fsck.ext3 fsck.ext4 fsck.minix fsfreeze fstab-decode fstrim getconf getent getopt getty
gpasswd grep groupadd groupdel groupmems groupmod groups grpck grpconv grpunconv gunzip gzexe gzip hardlink head
hostid hostname i386 iconv iconvconfig id infocmp infotocap install installkernel invoke-rc.d ionice ipcmk ipcrm ipcs
ischroot isosize join killall5 last lastb lastlog ld.so ldattach ldconfig ldd link linux32 linux64 ln locale localedef
logger login logname losetup ls lsattr lsblk lscpu lsipc lslocks lslogins lsmem lsns mawk mcookie md5sum
md5sum.textutils mesg mkdir mke2fs mkfifo mkfs mkfs.bfs mkfs.cramfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.minix
mkhomedir_helper mklost+found mknod mkswap mktemp more mount mountpoint mv namei nawk newgrp newusers nice
nisdomainname nl nohup nologin nproc nsenter numfmt od pager pam-auth-update partx passwd paste pathchk perl
perl5.36.0 pidof pinky pivot_root pldd pr printenv printf prlimit ptx pwck pwconv pwd pwhistory_helper pwunconv rbash
readlink readprofile realpath remove-shell rename.ul renice reset resize2fs resizepart rev rgrep rm rmdir rmt-tar
rtcwake run-parts runcon runuser savelog script scriptlive scriptreplay sdiff sed select-editor sensible-browser
sensible-editor sensible-pager seq service setarch setpriv setsid setterm sg sh sh.distrib sha1sum sha224sum sha256sum
sha384sum sha512sum shadowconfig shred shuf sleep sort split start-stop-daemon stat stdbuf stty su sulogin sum
swaplabel swapoff swapon switch_root sync tabs tac tail tar tarcat taskset tee tempfile test tic timeout toe touch
tput tr true truncate tset tsort tty tune2fs tzselect uclampset umount uname uncompress unexpand uniq unlink unshare
update-alternatives update-passwd update-rc.d update-shells useradd userdel usermod users utmpdump vdir vigr vipw wall
wc wdctl whereis which which.debianutils who whoami wipefs x86_64 xargs yes ypdomainname zcat zcmp zdiff zdump zegrep
zfgrep zforce zgrep zic zless zmore znew zramctl
"""
RED_HAT = """
[ alias arch awk b2sum base32 base64 basename basenc bash bashbug bg cat cd chcon chgrp chmod chown cksum comm command
coreutils cp csplit curl cut date dd df dir dircolors dirname du echo egrep env expand expr factor false fc fg fgrep fmt
fold gawk getconf getent getopts grep groups head hostid iconv id install jobs join ldd link ln locale localedef logname
ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd read
readlink realpath rm rmdir rpm runcon sed seq sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort
split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty type ulimit umask unalias
uname unexpand uniq unlink users vdir wait wc who whoami yes
"""
APK = "apk getconf getent iconv ldconfig ldd scanelf ssl_client"

# Where busybox puts programs that are not in /bin, as ``busybox --list-full`` has it; Alpine's own beside them.
PLACES = {
    "/usr/bin": """
[ [[ ar ascii awk basename bc blkdiscard bunzip2 bzcat bzip2 cal chvt clear cmp crc32 crontab cut dc deallocvt diff
dirname dos2unix dpkg dpkg-deb du dumpleases env expand expr factor fallocate find fold free ftpget ftpput groups
head hexdump hostid id killall last less logger logname lsscsi lzcat lzma md5sum microcom mkfifo mkpasswd nc nl
nproc nsenter nslookup od openvt passwd paste patch printf realpath renice reset rpm2cpio seq setkeycodes setsid
sha1sum sha256sum sha3sum sha512sum shred shuf sort ssl_client strings svc svok tac tail taskset tee telnet test
tftp time timeout top tr traceroute traceroute6 truncate ts tty unexpand uniq unix2dos unlink unlzma unshare unxz
unzip uptime uudecode uuencode w wc wget which who whoami xargs xxd xz xzcat yes
getconf getent iconv ldd scanelf
""",
    "/sbin": """
acpid adjtimex apk arp blockdev depmod devmem fdisk findfs freeramdisk fstrim getty halt hwclock ifconfig ifdown ifup
ldconfig init insmod ip ipneigh klogd loadkmap logread losetup lsmod mdev mkdosfs mke2fs mkswap modinfo modprobe nameif
pivot_root poweroff reboot rmmod route run-init start-stop-daemon sulogin swapoff swapon switch_root sysctl syslogd
tc tunctl udhcpc uevent vconfig watchdog
""",
    "/usr/sbin": """
arping brctl chroot crond fsfreeze httpd i2cdetect i2cdump i2cget i2cset i2ctransfer loadfont mim nologin partprobe
rdate telnetd ubirename udhcpd
""",
}

# Debian's programs that are in /usr/sbin.
ADMINISTRATION = """
add-shell agetty blkdiscard blkid blkzone blockdev chcpu chgpasswd chmem chpasswd chroot cpgr cppw ctrlaltdel
dpkg-fsys-usrunmess dpkg-preconfigure dpkg-reconfigure dumpe2fs e4crypt e4defrag faillock filefrag findfs fsck
fsck.cramfs fsck.ext2 fsck.ext3 fsck.ext4 fsck.minix fsfreeze fstab-decode fstrim getty groupadd groupdel groupmems
groupmod grpck grpconv grpunconv iconvconfig installkernel invoke-rc.d isosize killall5 ldattach ldconfig losetup
mke2fs mkfs mkfs.bfs mkfs.cramfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.minix mkhomedir_helper mklost+found mkswap
newusers nologin pam-auth-update pivot_root pwck pwconv pwhistory_helper pwunconv readprofile remove-shell resize2fs
rmt-tar rtcwake runuser service shadowconfig start-stop-daemon sulogin swaplabel swapoff swapon switch_root tarcat
tune2fs update-passwd update-rc.d update-shells useradd userdel usermod vigr vipw wipefs zic zramctl
"""
