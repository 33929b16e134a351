#!/bin/sh
# Makes the pictures here, and beside each what it should look like: the square in the middle, as 32 x 32 pixels in sRGB.
# By ImageMagick, libvips, libwebp and ExifTool, which share no code of ours. On Debian 12:
#   apt-get install imagemagick libvips-tools webp libimage-exiftool-perl icc-profiles-free
set -eu
cd "$(dirname "$0")"
convert=/usr/bin/convert-im6.q16
profiles=/usr/share/color/icc
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# Four saturated corners, so that a turn or another colour is seen.
$convert -size 160x120 xc: -sparse-color bilinear '0,0 #ff2010  159,0 #10d020  0,119 #1030ff  159,119 #ffe060' \
  -depth 8 -strip "$work/plain.png"
plain=$work/plain.png
$convert "$plain" \( -size 160x120 gradient: \) -alpha off -compose CopyOpacity -composite "$work/clear.png"

$convert "$plain" -quality 90 srgb.jpg
$convert "$plain" -quality 90 -interlace JPEG -sampling-factor 4:4:4 progressive.jpg
vips icc_transform "$plain" display-p3.jpg'[Q=90]' p3 --input-profile srgb
vips icc_transform "$plain" display-p3.png'[compression=9,filter=all]' p3 --input-profile srgb --depth 8
$convert "$plain" -profile $profiles/sRGB.icc -profile $profiles/compatibleWithAdobeRGB1998.icc -quality 90 adobe-rgb.jpg
$convert "$plain" -colorspace CMYK -quality 90 cmyk.jpg
$convert "$plain" -colorspace Gray -profile $profiles/Gray.icc -quality 90 grey-linear.jpg
$convert "$plain" -colorspace Gray -depth 16 -define png:color-type=0 -define png:bit-depth=16 grey-16-bits.png
$convert "$plain" -depth 16 -define png:color-type=2 -define png:bit-depth=16 colour-16-bits.png
$convert "$work/clear.png" transparent.png
$convert "$work/clear.png" -channel A -threshold 50% +channel -colors 64 PNG8:palette.png
cwebp -quiet -q 90 "$work/clear.png" -o transparent.webp
$convert "$plain" -negate "$work/second.png"
img2webp -lossy -q 90 "$plain" "$work/second.png" -o animation.webp >/dev/null
for turn in 2 3 4 5 6 7 8; do
  cp srgb.jpg turned-$turn.jpg
  exiftool -q -overwrite_original -n -Orientation=$turn turned-$turn.jpg
done

for picture in *.jpg *.png *.webp; do
  case $picture in *.shown.png) continue ;; esac
  first=$picture
  case $picture in
    animation.webp) first=$plain ;;  # its first frame
    *.webp) dwebp -quiet "$picture" -o "$work/decoded.png" && first=$work/decoded.png ;;
  esac
  $convert "$first" -auto-orient +repage -profile $profiles/sRGB.icc -colorspace sRGB -background white -alpha remove -alpha off \
    -gravity center -crop 120x120+0+0 +repage -filter box -resize 32x32! -depth 8 -strip -define png:color-type=2 "$picture.shown.png"
done
